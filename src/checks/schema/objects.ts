import type { JsonSchema } from '../../core/schema.ts';
import { nearest } from '../nearest.ts';
import type { Compile, Keywords } from './compile.ts';
import { below, type Check, joined, type Problem, problem } from './problem.ts';
import { isMap } from './values.ts';

type MapCheck = (value: Readonly<Record<string, unknown>>) => readonly Problem[] | undefined;

/** `properties`, `additionalProperties`, `required`, and how many fields there may be. */
export const objectCheck: Keywords = (schema, compile) => {
  const checks = [requiredCheck(schema), fieldsCheck(schema, compile), countCheck(schema)];
  const all = checks.filter((check) => check !== undefined);
  if (all.length === 0) return undefined;
  return (value) => {
    if (!isMap(value)) return undefined;
    let found: ReturnType<Check>;
    for (const check of all) found = joined(found, check(value));
    return found;
  };
};

function requiredCheck({ required }: JsonSchema): MapCheck | undefined {
  if (!required || required.length === 0) return undefined;
  return (value) => {
    let found: ReturnType<Check>;
    for (const name of required) {
      if (value[name] !== undefined && Object.hasOwn(value, name)) continue;
      found = joined(found, below(name, problem('required', 'is missing')));
    }
    return found;
  };
}

/** A field's schema is compiled when an object first has that field. */
function fieldsCheck(schema: JsonSchema, compile: Compile): MapCheck | undefined {
  const schemas = new Map(Object.entries(schema.properties ?? {}));
  const other = otherFields(schema, [...schemas.keys()], compile);
  if (schemas.size === 0 && !other) return undefined;
  const checks = new Map<string, Check>();

  const checkOf = (name: string): Check => {
    const own = schemas.get(name);
    if (!own) return other?.(name) ?? ANYTHING; // not gathered: users make up those names
    const check = compile(own);
    checks.set(name, check);
    return check;
  };
  return (value) => {
    let found: ReturnType<Check>;
    for (const name of Object.keys(value)) {
      const field = value[name];
      if (field === undefined) continue;
      const wrong = (checks.get(name) ?? checkOf(name))(field);
      if (wrong) found = joined(found, below(name, wrong));
    }
    return found;
  };
}

const ANYTHING: Check = () => undefined;

/** The check of a field that the schema does not name. */
function otherFields(
  schema: JsonSchema,
  known: readonly string[],
  compile: Compile,
): ((name: string) => Check) | undefined {
  const { additionalProperties: others } = schema;
  if (typeof others === 'object') {
    let check: Check | undefined;
    return () => {
      check ??= compile(others);
      return check;
    };
  }
  if (others !== false || schema['x-kubernetes-preserve-unknown-fields'] === true) return undefined;
  return (name) => () =>
    problem('additionalProperties', 'is no known field', nearest('fields', name, known));
}

function countCheck({ minProperties, maxProperties }: JsonSchema): MapCheck | undefined {
  if (minProperties === undefined && maxProperties === undefined) return undefined;
  return (value) => {
    const count = Object.keys(value).length;
    if (typeof minProperties === 'number' && count < minProperties) {
      return problem('minProperties', `must have ${minProperties} fields or more, got ${count}`);
    }
    if (typeof maxProperties === 'number' && count > maxProperties) {
      return problem('maxProperties', `must have at most ${maxProperties} fields, got ${count}`);
    }
    return undefined;
  };
}
