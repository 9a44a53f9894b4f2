import { ApiObject } from 'cdk8s';
import type { KubeObject } from './model.ts';

/** What cdk8s keeps of an object as it was given; private in its types. */
interface Given {
  readonly props: Readonly<Record<string, unknown>>;
  readonly patches: readonly unknown[];
}

/**
 * An object as plain data: what `toJson` gives, without the work. cdk8s asks three resolvers about
 * every single value and copies all of them four times, and nearly all objects need none of it.
 */
export function plainObject(construct: ApiObject): KubeObject {
  const { patches, props } = construct as unknown as Given;
  const own = construct.toJson === ApiObject.prototype.toJson;
  if (!own || patches.length > 0 || !isPlain(props)) return construct.toJson() as KubeObject;
  return { ...props, metadata: construct.metadata.toJson() } as unknown as KubeObject;
}

/** Nothing to resolve, nothing to leave out: no instance of any class, no `undefined`, no null. */
function isPlain(value: unknown): boolean {
  if (value === null) return false;
  if (typeof value !== 'object') return value !== undefined && typeof value !== 'function';
  if (Array.isArray(value)) return value.every(isPlain);
  if (Object.getPrototypeOf(value) !== Object.prototype) return false;
  for (const key in value) if (!isPlain((value as Record<string, unknown>)[key])) return false;
  return true;
}
