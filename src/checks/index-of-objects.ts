import type { Entry, Model, ServiceFacts } from '../core/model.ts';
import { type Pods, podsOf } from './pods.ts';

/** One cluster's objects, found by what rules ask for. Made once for all rules of a run. */
export interface ObjectIndex {
  readonly all: readonly Entry[];
  /** What makes pods, of the kinds of Kubernetes itself. */
  readonly workloads: readonly Entry[];
  /** Objects of kinds named by `group/Kind`, whatever their version: `apps/Deployment`, `/Service`. */
  of(...kinds: readonly string[]): readonly Entry[];
  find(kind: string, namespace: string | undefined, name: string): readonly Entry[];
  podsOf(entry: Entry): Pods | undefined;
  /** Pods of a namespace that carry labels, or at least one of them: the caller compares the rest. */
  podsIn(namespace: string | undefined, labels: ReadonlyMap<string, string>): readonly Pods[];
  /** The service of ours that runs under a name in a namespace. */
  service(namespace: string | undefined, name: string): ServiceFacts | undefined;
  /** The objects that came from the same service as an entry. */
  besides(entry: Entry): readonly Entry[];
  namespaces(): ReadonlySet<string | undefined>;
}

const indexes = new WeakMap<Model, ObjectIndex>();

export function objectsOf(model: Model): ObjectIndex {
  const known = indexes.get(model) ?? indexOf(model);
  indexes.set(model, known);
  return known;
}

function indexOf(model: Model): ObjectIndex {
  const { entries, services } = model;
  const byKind = groupBy(entries, ({ object }) => kindOf(object.apiVersion, object.kind));
  const byName = groupBy(entries, ({ object: { apiVersion, kind, metadata } }) =>
    nameKey(kindOf(apiVersion, kind), metadata.namespace, metadata.name),
  );
  const byService = groupBy(entries, ({ origin }) => `${origin.environment} ${origin.service}`);
  const running = groupBy(services, ({ origin }) => `${origin.namespace} ${origin.service}`);
  const pods = new Map(entries.map((entry) => [entry, podsOf(entry)]));
  const found = [...pods.values()].filter((each) => each !== undefined);
  const byNamespace = groupBy(found, ({ namespace }) => namespace);
  const byLabel = new Map<string, Pods[]>();
  for (const each of found) {
    for (const [key, value] of each.labels) push(byLabel, labelKey(each.namespace, key, value), each);
  }
  return {
    all: entries,
    workloads: found.map(({ entry }) => entry),
    of: (...kinds) => kinds.flatMap((kind) => byKind.get(kind) ?? []),
    find: (kind, namespace, name) => byName.get(nameKey(kind, namespace, name)) ?? [],
    podsOf: (entry) => pods.get(entry),
    podsIn: (namespace, labels) => {
      const lists = [...labels].map(([key, value]) => byLabel.get(labelKey(namespace, key, value)));
      const shortest = lists.toSorted((a, b) => (a?.length ?? 0) - (b?.length ?? 0));
      return (lists.length > 0 ? shortest[0] : byNamespace.get(namespace)) ?? [];
    },
    service: (namespace, name) => running.get(`${namespace} ${name}`)?.[0],
    besides: ({ origin }) => byService.get(`${origin.environment} ${origin.service}`) ?? [],
    namespaces: () => new Set(entries.map(({ object }) => object.metadata.namespace)),
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
