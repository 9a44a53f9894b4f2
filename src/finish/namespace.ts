import type { Entry } from '../core/model.ts';

/** Whether objects of a kind live in namespaces; undefined for a kind that nobody knows. */
export type ScopeOf = (apiVersion: string, kind: string) => 'Namespaced' | 'Cluster' | undefined;

/** The environment's namespace on what lives in one, and on nothing else: cdk8s puts it everywhere. */
export function withNamespace(entry: Entry, scopeOf: ScopeOf): Entry {
  const { object, origin } = entry;
  const { namespace: given, ...metadata } = object.metadata;
  const scope = scopeOf(object.apiVersion, object.kind);
  const namespace = scope === 'Cluster' ? undefined : (given ?? origin.namespace);
  if (namespace === given) return entry;
  return {
    origin,
    object: { ...object, metadata: { ...metadata, ...(namespace && { namespace }) } },
  };
}
