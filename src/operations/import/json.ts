/** JSON as it comes out of a parser. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** A JSON object, its keys in the order they were written. */
export interface JsonObject {
  readonly [key: string]: Json;
}

/** Whether a value is a JSON object, and no list. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The same object with every value changed; safe for keys such as `__proto__`. */
export function mapValues<V, W>(
  object: Readonly<Record<string, V>>,
  change: (value: V, key: string) => W,
): Record<string, W> {
  return Object.fromEntries(
    Object.entries(object).map(([key, value]) => [key, change(value, key)]),
  );
}

/** The same object with its keys in alphabetical order. */
export function sortKeys<V>(object: Readonly<Record<string, V>>): Record<string, V> {
  return Object.fromEntries(Object.entries(object).sort(([a], [b]) => compare(a, b)));
}

/** Orders text by code unit, the same on every machine. */
export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

const LONGEST_LINE = 100;

/**
 * JSON that a diff can be read of: what is too long for a line stands one entry a line, down to `depth`
 * levels; deeper it stays compact, whatever its length.
 */
export function printJson(value: unknown, depth: number): string {
  return `${print(value, depth, '')}\n`;
}

function print(value: unknown, depth: number, indent: string): string {
  const line = JSON.stringify(value);
  if (depth === 0 || !isObject(value) || line.length <= LONGEST_LINE) return line;
  const inner = `${indent} `;
  const lines = Object.entries(value).map(
    ([key, entry]) => `${inner}${JSON.stringify(key)}: ${print(entry, depth - 1, inner)}`,
  );
  return `{\n${lines.join(',\n')}\n${indent}}`;
}
