import type { JsonSchema, JsonType } from '../../core/schema.ts';
import { nearest } from '../nearest.ts';
import type { Keywords } from './compile.ts';
import { type Check, problem, refuse, show } from './problem.ts';

const IS: Readonly<Record<JsonType, (value: unknown) => boolean>> = {
  array: (value) => Array.isArray(value),
  boolean: (value) => typeof value === 'boolean',
  integer: (value) => Number.isInteger(value),
  null: (value) => value === null,
  number: (value) => typeof value === 'number' && Number.isFinite(value),
  object: isMap,
  string: (value) => typeof value === 'string',
};

const CALLED: Readonly<Record<JsonType, string>> = {
  array: 'a list',
  boolean: 'true or false',
  integer: 'a whole number',
  null: 'null',
  number: 'a number',
  object: 'a map',
  string: 'a string',
};

export function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `type`, and the two ways in which Kubernetes allows a second one. */
export const typeCheck: Keywords = (schema) => {
  const types = typesOf(schema);
  const tests = types.map((type) => IS[type]).filter((test) => test !== undefined);
  const [first, ...others] = tests;
  if (!first) return undefined;
  const wanted = types.filter((type) => type !== 'null').map((type) => CALLED[type]);
  const refused: Check = (value) => refuse('type', `must be ${wanted.join(' or ')}`, value);
  if (others.length === 0) return (value) => (first(value) ? undefined : refused(value));
  return (value) => (tests.some((test) => test(value)) ? undefined : refused(value));
};

function typesOf(schema: JsonSchema): readonly JsonType[] {
  const given = [schema.type ?? []].flat();
  const both: readonly JsonType[] = ['integer', 'string'];
  const types = given.length === 0 && schema['x-kubernetes-int-or-string'] === true ? both : given;
  return schema['nullable'] === true && types.length > 0 ? [...types, 'null'] : types;
}

const MANY = 12;

/** `enum` and `const`. */
export const valueCheck: Keywords = (schema) => {
  const allowed = schema.const === undefined ? schema.enum : [schema.const];
  if (!allowed) return undefined;
  const keyword = schema.const === undefined ? 'enum' : 'const';
  const names = allowed.map((value) => (typeof value === 'string' ? value : show(value)));
  const plain = new Set(allowed);
  return (value) => {
    if (plain.has(value) || allowed.some((each) => isSame(each, value))) return undefined;
    const list = names.length > MANY ? `one of ${names.length} values` : oneOf(names);
    if (typeof value !== 'string') return refuse(keyword, `must be ${list}`, value);
    const hint = nearest('values', value, names);
    return problem(keyword, `must be ${list}, got ${show(value)}`, hint);
  };
};

const oneOf = (names: readonly string[]): string =>
  names.length === 1 ? `'${names[0]}'` : `one of ${names.join(', ')}`;

/** Whether two values of JSON are equal, whatever the order of their keys. */
export function isSame(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((each, i) => isSame(each, b[i]));
  }
  if (!isMap(a) || !isMap(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && isSame(a[key], b[key]))
  );
}
