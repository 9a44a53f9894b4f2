import type { ObjectIndex } from './index-of-objects.ts';
import type { Pods } from './pods.ts';
import { type Fields, fieldsIn, itemsIn, textIn, textsIn, valueIn } from './read.ts';

/** Labels that controllers of Kubernetes put on the pods they make: no template holds them. */
const WRITTEN_BY_CONTROLLERS = [
  'apps.kubernetes.io/pod-index',
  'batch.kubernetes.io/controller-uid',
  'batch.kubernetes.io/job-completion-index',
  'batch.kubernetes.io/job-name',
  'controller-revision-hash',
  'controller-uid',
  'job-name',
  'pod-template-hash',
  'statefulset.kubernetes.io/pod-name',
];

/** What a selector asks of labels. */
export interface Wanted {
  readonly labels: ReadonlyMap<string, string>;
  readonly expressions: readonly Fields[];
}

/** A selector as Services write it: labels only. */
export function wantedLabels(labels: unknown): Wanted {
  return { labels: ownLabels(labels), expressions: [] };
}

/** A selector as everything else writes it. */
export function wantedBy(selector: Fields): Wanted {
  return {
    labels: ownLabels(fieldsIn(selector, 'matchLabels')),
    expressions: itemsIn(selector, 'matchExpressions').filter(
      ({ key }) => typeof key === 'string' && !WRITTEN_BY_CONTROLLERS.includes(key),
    ),
  };
}

function ownLabels(labels: unknown): ReadonlyMap<string, string> {
  const all = [...textsIn(labels)];
  return new Map(all.filter(([key]) => !WRITTEN_BY_CONTROLLERS.includes(key)));
}

function matches({ expressions, labels }: Wanted, pods: Pods): boolean {
  for (const [key, value] of labels) if (pods.labels.get(key) !== value) return false;
  return expressions.every((expression) => holds(expression, pods.labels));
}

function holds(expression: Fields, labels: ReadonlyMap<string, string>): boolean {
  const given = labels.get(textIn(expression, 'key') ?? '');
  const values = valueIn(expression, 'values');
  const among = Array.isArray(values) && given !== undefined && values.includes(given);
  switch (expression['operator']) {
    case 'In':
      return among;
    case 'NotIn':
      return !among;
    case 'Exists':
      return given !== undefined;
    case 'DoesNotExist':
      return given === undefined;
    default:
      return true; // the schema check speaks of it
  }
}

/** As people write labels on a command line. */
export function selectorText({ expressions, labels }: Wanted): string {
  const equal = [...labels].map(([key, value]) => `${key}=${value}`);
  const other = expressions.map(({ key, operator }) => `${String(key)} ${String(operator)}`);
  return [...equal, ...other].join(',');
}

/** The pods of a namespace that a selector finds. */
export function selected(
  objects: ObjectIndex,
  namespace: string | undefined,
  wanted: Wanted,
): readonly Pods[] {
  return objects.podsIn(namespace, wanted.labels).filter((pods) => matches(wanted, pods));
}
