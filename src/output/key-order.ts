const LAST = 1_000;
const RANK = new Map([
  ['apiVersion', 0],
  ['kind', 1],
  ['metadata', 2],
  ['name', 3],
  ['namespace', 4],
  ['status', LAST],
]);
const ALPHABETICAL = LAST - 1;

/**
 * The one order of keys in every mapping: what a thing is, what it is called, then the rest by
 * alphabet, and `status` last. It never depends on the order in which code set the keys.
 */
export function compareKeys(a: string, b: string): number {
  const rank = (RANK.get(a) ?? ALPHABETICAL) - (RANK.get(b) ?? ALPHABETICAL);
  if (rank !== 0) return rank;
  if (a < b) return -1;
  return a > b ? 1 : 0;
}

/** The keys of a mapping in the order in which they are written. */
export function orderedKeys(mapping: object): string[] {
  const keys = Object.keys(mapping);
  return keys.length > 1 ? keys.sort(compareKeys) : keys;
}
