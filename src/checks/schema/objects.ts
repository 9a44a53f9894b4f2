import type { JsonSchema } from '../../core/schema.ts';
import type { Compile, Keywords } from './compile.ts';
import { below, type Check, joined, type Problem, problem } from './problem.ts';
import { isMap, nearest } from './values.ts';

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
  const { additionalProperties: others } = schema;
  const open = schema['x-kubernetes-preserve-unknown-fields'] === true && others === false;
  if (!schema.properties && (others === undefined || others === true)) return undefined;
  const schemas = new Map(Object.entries(schema.properties ?? {}));
  const rest = typeof others === 'object' ? others : undefined;
  const closed = others === false && !open;
  const checks = new Map<string, Check>();

  const checkOf = (name: string): Check => {
    const own = schemas.get(name) ?? rest;
    const check = own ? compile(own) : closed ? unknownField(name, schemas) : ANYTHING;
    if (schemas.has(name)) checks.set(name, check); // names of users are never gathered
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

function unknownField(name: string, schemas: ReadonlyMap<string, JsonSchema>): Check {
  return () =>
    problem(
      'additionalProperties',
      'is no known field',
      nearest('fields', name, [...schemas.keys()]),
    );
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
