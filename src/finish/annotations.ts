import type { Entry } from '../core/model.ts';

/** Leaves out annotations that hold nothing: Flux's image automation would delete them anyway. */
export function withoutEmptyAnnotations(entry: Entry): Entry {
  const { annotations, ...metadata } = entry.object.metadata;
  if (annotations === undefined || Object.keys(annotations).length > 0) return entry;
  return { ...entry, object: { ...entry.object, metadata } };
}
