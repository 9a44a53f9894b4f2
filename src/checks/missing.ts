import { nearest } from './nearest.ts';
import type { Reference } from './references.ts';
import type { Fault } from './rule.ts';

/** What there is of a kind in a namespace: names, and the keys of each where they are known. */
export type Stock = ReadonlyMap<string, ReadonlySet<string> | undefined>;

/** What references ask for and nobody has, each thing once. */
export function missing(kind: string, asked: readonly Reference[], stock: Stock): Fault[] {
  const faults = asked.map((reference) => faultOf(kind, reference, stock));
  const told = new Set<string>();
  return faults.flatMap((fault) => {
    if (!fault || told.has(fault.subject)) return [];
    told.add(fault.subject);
    return [{ message: `${fault.from} needs ${fault.subject}`, hint: fault.hint }];
  });
}

interface Missing {
  readonly from: string;
  readonly subject: string;
  readonly hint: string;
}

function faultOf(kind: string, reference: Reference, stock: Stock): Missing | undefined {
  const { from, key, name } = reference;
  if (!stock.has(name)) {
    const subject = `${kind} '${name}', which nothing here makes`;
    return { from, subject, hint: nearest(`${kind}s`, name, [...stock.keys()]) };
  }
  const keys = stock.get(name);
  if (key === undefined || keys === undefined || keys.has(key)) return undefined;
  const subject = `key '${key}' of ${kind} '${name}', which has none of that name`;
  return { from, subject, hint: nearest('keys', key, [...keys]) };
}
