import type { Entry } from '../core/model.ts';
import { type Fields, fieldsIn, itemsIn, textsIn, valueIn } from './read.ts';

/** The pods that one object of Kubernetes itself makes. */
export interface Pods {
  readonly entry: Entry;
  readonly namespace: string | undefined;
  readonly labels: ReadonlyMap<string, string>;
  readonly spec: Fields;
  /** How many there are, where that is a fixed number. */
  readonly replicas: number | undefined;
}

export interface ContainerFields {
  /** Where it stands, in words: "container 'web'", "init container 'migrate'". */
  readonly called: string;
  readonly fields: Fields;
}

const TEMPLATE: readonly string[] = ['spec', 'template'];

/** Where a kind keeps the template of its pods. */
const TEMPLATES: ReadonlyMap<string, readonly string[]> = new Map([
  ['v1/Pod', []],
  ['apps/v1/DaemonSet', TEMPLATE],
  ['apps/v1/Deployment', TEMPLATE],
  ['apps/v1/ReplicaSet', TEMPLATE],
  ['apps/v1/StatefulSet', TEMPLATE],
  ['batch/v1/CronJob', ['spec', 'jobTemplate', 'spec', 'template']],
  ['batch/v1/Job', TEMPLATE],
]);

const COUNTED = ['Deployment', 'ReplicaSet', 'StatefulSet'];

export function podsOf(entry: Entry): Pods | undefined {
  const { object } = entry;
  const path = TEMPLATES.get(`${object.apiVersion}/${object.kind}`);
  if (!path) return undefined;
  const template = fieldsIn(object, ...path);
  return {
    entry,
    namespace: object.metadata.namespace,
    labels: textsIn(template, 'metadata', 'labels'),
    spec: fieldsIn(template, 'spec'),
    replicas: replicasOf(entry),
  };
}

function replicasOf({ object }: Entry): number | undefined {
  if (!COUNTED.includes(object.kind)) return undefined;
  const given = valueIn(object, 'spec', 'replicas') ?? 1;
  return typeof given === 'number' ? given : undefined;
}

/** All containers of a pod, those that run before the others included. */
export function containersOf(spec: Fields): readonly ContainerFields[] {
  const named = (fields: Fields, what: string): ContainerFields => ({
    called: `${what} '${String(fields['name'])}'`,
    fields,
  });
  return [
    ...itemsIn(spec, 'initContainers').map((each) => named(each, 'init container')),
    ...itemsIn(spec, 'containers').map((each) => named(each, 'container')),
  ];
}
