import { ApiObject } from 'cdk8s';
import type { KubeObject } from './model.ts';

/** What cdk8s keeps of an object as it was given; private in its types. */
interface Given {
  readonly props: Readonly<Record<string, unknown>>;
  readonly patches: readonly unknown[];
}

/**
 * An object as plain data: what `toJson` gives, in a twentieth of the time. cdk8s asks three
 * resolvers about every value and copies all of them four times; nearly all objects need none of it.
 */
export function plainObject(construct: ApiObject): KubeObject {
  const { patches, props } = construct as unknown as Given;
  const own = construct.toJson === ApiObject.prototype.toJson;
  if (!own || patches.length > 0 || !isPlain(props)) return construct.toJson() as KubeObject;
  return { ...mappingOf(props), metadata: construct.metadata.toJson() } as unknown as KubeObject;
}

/** Whether a resolver would leave every value as it is: nothing lazy, no instance of any class. */
function isPlain(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return typeof value !== 'function';
  if (Array.isArray(value)) return value.every(isPlain);
  if (Object.getPrototypeOf(value) !== Object.prototype) return false;
  return Object.values(value).every(isPlain);
}

/** A copy without what was left open: `undefined` and null. */
function copyOf(value: unknown): unknown {
  if (typeof value !== 'object') return value;
  if (value === null) return undefined;
  return Array.isArray(value) ? value.map(copyOf) : mappingOf(value);
}

function mappingOf(value: object): Record<string, unknown> {
  const copy: Record<string, unknown> = {};
  for (const [key, each] of Object.entries(value)) {
    const copied = copyOf(each);
    if (copied !== undefined) copy[key] = copied;
  }
  return copy;
}
