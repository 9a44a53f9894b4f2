import { compare } from './json.ts';

/** Names a generated file needs for itself, or that a class cannot have everywhere. */
const TAKEN = ['ApiObject', 'Construct', 'ObjectMeta', 'Object'];

/** Hands out names of types that are unique within one file. */
export class Names {
  private readonly taken = new Set<string>(TAKEN);

  isFree(name: string): boolean {
    return !this.taken.has(name);
  }

  /** The wanted name, or the first of `wanted2`, `wanted3`, … that is free. */
  take(wanted: string): string {
    let name = wanted;
    for (let n = 2; this.taken.has(name); n++) name = `${wanted}${n}`;
    this.taken.add(name);
    return name;
  }
}

/** `listener-config` → `ListenerConfig`: what is left of a key when it becomes part of a type's name. */
export function pascal(key: string): string {
  return key
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}

/** A name for a kind's class: `kind` itself wherever TypeScript lets a class be called so. */
export function className(kind: string): string {
  const name = pascal(kind);
  return TAKEN.includes(name) ? `${name}Kind` : name;
}

/** Orders versions as Kubernetes ranks them: `v2`, `v1`, `v1beta2`, `v1beta1`, `v1alpha1`, then the rest. */
export function byRank(a: string, b: string): number {
  const [left, right] = [rank(a), rank(b)];
  for (const [index, value] of left.entries()) {
    const difference = (right[index] ?? 0) - value;
    if (difference !== 0) return difference;
  }
  return compare(a, b);
}

function rank(version: string): [maturity: number, major: number, minor: number] {
  const [, major, stage, minor] = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version) ?? [];
  if (major === undefined) return [0, 0, 0];
  return [stage === 'alpha' ? 1 : stage === 'beta' ? 2 : 3, Number(major), Number(minor ?? 0)];
}
