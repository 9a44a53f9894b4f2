import type { JsonSchema, JsonType } from '../../core/schema.ts';
import { isObject, type Json, type JsonObject, mapValues } from './json.ts';

const PROSE = ['description', 'title', 'example', 'externalDocs'];
const LOGIC = ['allOf', 'anyOf', 'oneOf', 'not'];
const RULES = 'x-kubernetes-validations';
const INT_OR_STRING = JSON.stringify([{ type: 'integer' }, { type: 'string' }]);

/**
 * Turns the schema of a CRD into JSON Schema without prose that refuses what a cluster would refuse
 * or silently drop: `nullable`, int-or-string and unknown fields are said in JSON Schema's own words.
 */
export function closeSchema(node: JsonObject): JsonSchema {
  const { type, additionalProperties, ...rest } = walk(node, closeSchema);
  const isIntOrString = rest['x-kubernetes-int-or-string'] === true;
  const types: readonly Json[] = isIntOrString ? ['integer', 'string'] : [type ?? []].flat();
  const { anyOf, ...unconditional } = rest;
  const isSaid = isIntOrString && JSON.stringify(anyOf) === INT_OR_STRING;
  const values = isClosed(node) ? false : additionalProperties;
  return {
    ...(types.length > 0 && { type: typeOf(types, node.nullable === true) }),
    ...(isSaid ? unconditional : rest),
    ...(node.nullable === true && Array.isArray(rest.enum) && { enum: withNull(rest.enum) }),
    ...(values !== undefined && { additionalProperties: values as JsonSchema | boolean }),
  };
}

/** The way back: the same schema in the words of a CRD. */
export function openSchema(node: JsonSchema): JsonObject {
  const { type, additionalProperties, ...rest } = walk(node as JsonObject, openSchema as Change);
  const types = [type ?? []].flat().filter((name) => name !== 'null');
  const plain = rest['x-kubernetes-int-or-string'] === true ? undefined : types[0];
  return {
    ...(plain !== undefined && { type: plain }),
    ...rest,
    ...(additionalProperties !== undefined &&
      additionalProperties !== false && { additionalProperties }),
  };
}

type Change = (node: JsonObject) => unknown;

/** Changes the schemas of all nested values; of the rest, only prose goes. */
function walk(node: JsonObject, change: Change): JsonObject {
  const kept = Object.entries(node).filter(([keyword]) => !PROSE.includes(keyword));
  return Object.fromEntries(
    kept.map(([keyword, value]) => {
      if (keyword === 'properties' && isObject(value)) return [keyword, mapSchemas(value, change)];
      if (keyword === 'items' && isObject(value)) return [keyword, change(value) as Json];
      if (keyword === 'additionalProperties' && isObject(value)) {
        return [keyword, change(value) as Json];
      }
      if (keyword === RULES && Array.isArray(value)) return [keyword, value.map(withoutMessage)];
      return [keyword, LOGIC.includes(keyword) ? withoutProse(value) : value];
    }),
  );
}

/** What a rule says when it fails is prose as well; a rule of several lines must say something. */
function withoutMessage(rule: Json): Json {
  if (!isObject(rule)) return rule;
  const { message: _, messageExpression: __, ...kept } = rule;
  return String(rule.rule).includes('\n') ? { ...kept, message: 'must meet the rule' } : kept;
}

/** `anyOf` and its like only add conditions to a value described elsewhere: they are not closed. */
function withoutProse(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutProse);
  return isObject(value) ? walk(value, (nested) => withoutProse(nested)) : value;
}

function mapSchemas(properties: JsonObject, change: Change): JsonObject {
  return mapValues(properties, (value) => (isObject(value) ? (change(value) as Json) : value));
}

/** A cluster drops what the schema of an object does not name, unless told to preserve it. */
function isClosed(schema: JsonObject): boolean {
  return (
    schema.type === 'object' &&
    schema.additionalProperties === undefined &&
    schema['x-kubernetes-preserve-unknown-fields'] !== true &&
    schema['x-kubernetes-embedded-resource'] !== true
  );
}

function typeOf(types: readonly Json[], isNullable: boolean): JsonType | readonly JsonType[] {
  const all = (isNullable ? [...types, 'null'] : types) as readonly JsonType[];
  const [first, ...others] = all;
  return first !== undefined && others.length === 0 ? first : all;
}

function withNull(values: readonly Json[]): readonly Json[] {
  return values.includes(null) ? values : [...values, null];
}
