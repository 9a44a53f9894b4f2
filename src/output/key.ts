import { inlineText } from './scalar.ts';

/** One key of a mapping: how it is written, and where. */
export interface Key {
  readonly name: string;
  readonly text: string;
  /** Keys stand in the order of this string. */
  readonly order: string;
  /** Must be written as `? key`: go-yaml allows no such simple key. */
  readonly complex: boolean;
  /** Holds a colon or hash, which confuses kyaml's guess of the list style. */
  readonly odd: boolean;
}

const FIRST = ['apiVersion', 'kind', 'metadata', 'name', 'namespace', 'image'];
const LAST = ['status'];

const BREAK = /[\n\r\x85\u2028\u2029]/;
const KNOWN = new Map<string, Key>();
const MOST_KNOWN = 10_000;

/**
 * The keys of a mapping in the one order of every mapping: what a thing is, what it is called, which
 * image it runs, then the rest by alphabet, and `status` last; never the order in which code set them.
 */
export function keysOf(mapping: object): Key[] {
  const keys = Object.keys(mapping).map(keyOf);
  return keys.length > 16 ? keys.sort(compare) : sortFew(keys);
}

/** Insertion sort: four times as fast as the built-in for the handful of keys that a mapping has. */
function sortFew(keys: Key[]): Key[] {
  for (let i = 1; i < keys.length; i += 1) {
    const key = keys[i] as Key;
    let at = i;
    for (; at > 0 && (keys[at - 1] as Key).order > key.order; at -= 1) {
      keys[at] = keys[at - 1] as Key;
    }
    keys[at] = key;
  }
  return keys;
}

function compare(a: Key, b: Key): number {
  return a.order < b.order ? -1 : 1;
}

/** A platform has a few hundred different keys, so what is known about one is worked out once. */
function keyOf(name: string): Key {
  const known = KNOWN.get(name);
  if (known) return known;
  const key = {
    name,
    text: inlineText(name),
    order: orderOf(name),
    complex: (name.length > 42 && Buffer.byteLength(name) > 128) || BREAK.test(name),
    odd: /[:#]/.test(name),
  };
  if (KNOWN.size < MOST_KNOWN) KNOWN.set(name, key);
  return key;
}

function orderOf(name: string): string {
  const first = FIRST.indexOf(name);
  if (first >= 0) return `0${first}`;
  return LAST.includes(name) ? `2${name}` : `1${name}`;
}
