/** Reading objects that may hold anything: what is not as it should be reads as empty. */
export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The map at a path of fields. */
export function fieldsIn(value: unknown, ...path: readonly string[]): Fields {
  const found = valueIn(value, ...path);
  return isFields(found) ? found : {};
}

/** The maps in the list at a path of fields. */
export function itemsIn(value: unknown, ...path: readonly string[]): readonly Fields[] {
  const found = valueIn(value, ...path);
  return Array.isArray(found) ? found.filter(isFields) : [];
}

/** The string at a path of fields. */
export function textIn(value: unknown, ...path: readonly string[]): string | undefined {
  const found = valueIn(value, ...path);
  return typeof found === 'string' ? found : undefined;
}

/** The map at a path of fields, as far as its values are strings. */
export function textsIn(value: unknown, ...path: readonly string[]): ReadonlyMap<string, string> {
  const all = Object.entries(fieldsIn(value, ...path));
  return new Map(all.filter((pair): pair is [string, string] => typeof pair[1] === 'string'));
}

/** Whatever is at a path of fields. */
export function valueIn(value: unknown, ...path: readonly string[]): unknown {
  let found = value;
  for (const step of path) {
    if (!isFields(found) || !Object.hasOwn(found, step)) return undefined;
    found = found[step];
  }
  return found;
}

/** Every string at any depth; keys are none. */
export function* stringsIn(value: unknown): Iterable<string> {
  if (typeof value === 'string') yield value;
  else if (typeof value !== 'object' || value === null) return;
  else for (const each of Object.values(value)) yield* stringsIn(each);
}
