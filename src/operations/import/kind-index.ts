import type { Scope } from '../../core/schema.ts';
import { printJson, sortKeys } from './json.ts';

/** The scope of every kind, by `apiVersion/kind`: those of Kubernetes itself, and those that CRDs add. */
export interface KindIndex {
  readonly core: ReadonlyMap<string, Scope>;
  readonly custom: ReadonlyMap<string, Scope>;
}

/** Reads `kinds.json`. */
export function parseKindIndex(text: string): KindIndex {
  const { core = {}, custom = {} } = JSON.parse(text) as Record<string, Record<string, Scope>>;
  return { core: new Map(Object.entries(core)), custom: new Map(Object.entries(custom)) };
}

/** Writes `kinds.json`. */
export function printKindIndex({ core, custom }: KindIndex): string {
  const sorted = {
    core: sortKeys(Object.fromEntries(core)),
    custom: sortKeys(Object.fromEntries(custom)),
  };
  return printJson(sorted, 2);
}
