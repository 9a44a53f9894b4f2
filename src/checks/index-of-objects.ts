import type { Entry, Model, Origin, ServiceFacts } from '../core/model.ts';
import { type Pods, podsOf } from './pods.ts';
import { type Fields, fieldsIn } from './read.ts';

/** One cluster's objects, found by what rules ask for. Made once for all rules of a run. */
export interface ObjectIndex {
  readonly all: readonly Entry[];
  /** What makes pods, of the kinds of Kubernetes itself. */
  readonly workloads: readonly Entry[];
  /** Objects of kinds named by `group/Kind`, whatever their version: `apps/Deployment`, `/Service`. */
  of(...kinds: readonly string[]): readonly Entry[];
  find(kind: string, namespace: string | undefined, name: string): readonly Entry[];
  /** The same, in one namespace. */
  in(namespace: string | undefined, kind: string): readonly Entry[];
  /** The spec of the pods that an entry makes; empty where it makes none. */
  specOf(entry: Entry): Fields;
  /** The labels of those pods. */
  labelsOf(entry: Entry): ReadonlyMap<string, string>;
  /** The autoscaler of an entry. */
  scalerOf(entry: Entry): Entry | undefined;
  /** Pods of a namespace that carry labels, or at least one of them: the caller compares the rest. */
  podsIn(namespace: string | undefined, labels: ReadonlyMap<string, string>): readonly Pods[];
  /** The service of ours that runs under a name in a namespace. */
  service(namespace: string | undefined, name: string): ServiceFacts | undefined;
  /** The objects that came from one service. */
  partsOf(origin: Pick<Origin, 'environment' | 'service'>): readonly Entry[];
  /** Whether anything of ours stands in a namespace; of the others nobody here knows what they hold. */
  holds(namespace: string | undefined): boolean;
}

const NOTHING: Fields = {};
const NO_LABELS: ReadonlyMap<string, string> = new Map();
const indexes = new WeakMap<Model, ObjectIndex>();

export function objectsOf(model: Model): ObjectIndex {
  const known = indexes.get(model) ?? indexOf(model);
  indexes.set(model, known);
  return known;
}

function indexOf(model: Model): ObjectIndex {
  const { entries, services } = model;
  const byKind = groupBy(entries, ({ object }) => kindOf(object.apiVersion, object.kind));
  const byPlace = groupBy(
    entries,
    ({ object: { apiVersion, kind, metadata } }) =>
      `${kindOf(apiVersion, kind)} ${metadata.namespace}`,
  );
  const scalers = groupBy(byKind.get('autoscaling/HorizontalPodAutoscaler') ?? [], ({ object }) => {
    const { kind, name } = fieldsIn(object, 'spec', 'scaleTargetRef');
    return `${String(kind)} ${object.metadata.namespace} ${String(name)}`;
  });
  const byName = groupBy(entries, ({ object: { apiVersion, kind, metadata } }) =>
    nameKey(kindOf(apiVersion, kind), metadata.namespace, metadata.name),
  );
  const byService = groupBy(entries, ({ origin }) => `${origin.environment} ${origin.service}`);
  const running = groupBy(services, ({ origin }) => `${origin.namespace} ${origin.service}`);
  const pods = new Map(entries.map((entry) => [entry, podsOf(entry)]));
  const found = [...pods.values()].filter((each) => each !== undefined);
  const byNamespace = groupBy(found, ({ namespace }) => namespace);
  const namespaces = new Set(entries.map(({ object }) => object.metadata.namespace));
  const byLabel = new Map<string, Pods[]>();
  for (const each of found) {
    for (const [key, value] of each.labels)
      push(byLabel, labelKey(each.namespace, key, value), each);
  }
  return {
    all: entries,
    workloads: found.map(({ entry }) => entry),
    of: (...kinds) => kinds.flatMap((kind) => byKind.get(kind) ?? []),
    find: (kind, namespace, name) => byName.get(nameKey(kind, namespace, name)) ?? [],
    in: (namespace, kind) => byPlace.get(`${kind} ${namespace}`) ?? [],
    specOf: (entry) => pods.get(entry)?.spec ?? NOTHING,
    labelsOf: (entry) => pods.get(entry)?.labels ?? NO_LABELS,
    scalerOf: ({ object: { kind, metadata } }) =>
      scalers.get(`${kind} ${metadata.namespace} ${metadata.name}`)?.[0],
    podsIn: (namespace, labels) => {
      const lists = [...labels].map(([key, value]) => byLabel.get(labelKey(namespace, key, value)));
      const shortest = lists.toSorted((a, b) => (a?.length ?? 0) - (b?.length ?? 0));
      return (lists.length > 0 ? shortest[0] : byNamespace.get(namespace)) ?? [];
    },
    service: (namespace, name) => running.get(`${namespace} ${name}`)?.[0],
    partsOf: ({ environment, service }) => byService.get(`${environment} ${service}`) ?? [],
    holds: (namespace) => namespaces.has(namespace),
  };
}

/** `apps/v1` and `Deployment` give `apps/Deployment`: two versions of a kind are one object. */
export function kindOf(apiVersion: unknown, kind: unknown): string {
  return `${groupOf(apiVersion)}/${String(kind)}`;
}

export function groupOf(apiVersion: unknown): string {
  const text = String(apiVersion);
  return text.includes('/') ? text.slice(0, text.lastIndexOf('/')) : '';
}

const nameKey = (kind: string, namespace: string | undefined, name: unknown): string =>
  `${kind} ${namespace ?? ''} ${String(name)}`;

const labelKey = (namespace: string | undefined, key: string, value: string): string =>
  `${namespace ?? ''} ${key}=${value}`;

function groupBy<K, T>(items: readonly T[], keyOf: (item: T) => K): ReadonlyMap<K, readonly T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) push(groups, keyOf(item), item);
  return groups;
}

function push<K, T>(groups: Map<K, T[]>, key: K, item: T): void {
  const group = groups.get(key);
  if (group) group.push(item);
  else groups.set(key, [item]);
}
