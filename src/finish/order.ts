import type { Entry } from '../core/model.ts';

/** By where an object is written, never by the order of the code. */
export function inOrder(entries: readonly Entry[]): Entry[] {
  return entries
    .map((entry) => ({ entry, key: keyOf(entry) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ entry }) => entry);
}

function keyOf({ object, origin }: Entry): string {
  const { environment, layer, service } = origin;
  return [environment, layer, service, object.kind, object.metadata.name].join('\0');
}
