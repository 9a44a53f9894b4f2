import type { JsonSchema, Scope } from '../../core/schema.ts';
import { compare, isObject, type Json, type JsonObject, mapValues } from './json.ts';

/** One kind of Kubernetes itself, and the definition that describes it. */
export interface CoreKind {
  readonly apiVersion: string;
  readonly kind: string;
  readonly scope: Scope;
  readonly definition: string;
}

/** What is kept of one published OpenAPI document. */
export interface CoreDefinitions {
  readonly kinds: readonly CoreKind[];
  readonly definitions: Readonly<Record<string, JsonSchema>>;
}

/** The values a field may take, by definition and property; OpenAPI as published leaves them out. */
export type Enums = ReadonlyMap<string, readonly string[]>;

const REFERENCE = '#/definitions/';
const KEPT = ['$ref', 'type', 'required', 'properties', 'items', 'additionalProperties'];

/** Reduces the OpenAPI document of one Kubernetes version to closed definitions of the wanted kinds. */
export function coreDefinitions(
  openapi: JsonObject,
  wanted: ReadonlySet<string>,
  enums: Enums,
): CoreDefinitions {
  const published = objectIn(openapi, 'definitions');
  const scopes = scopesOf(objectIn(openapi, 'paths'));

  const kinds: CoreKind[] = [];
  for (const [definition, schema] of Object.entries(published)) {
    for (const { apiVersion, kind } of identitiesOf(schema)) {
      const scope = scopes.get(`${apiVersion}/${kind}`);
      if (scope && wanted.has(`${apiVersion}/${kind}`)) {
        kinds.push({ apiVersion, kind, scope, definition });
      }
    }
  }
  kinds.sort((a, b) => compare(a.definition, b.definition));

  const definitions = new Map<string, JsonSchema>();
  const queue = kinds.map(({ definition }) => definition);
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (definitions.has(name)) continue;
    const kind = kinds.find(({ definition }) => definition === name);
    const schema = definitionOf(name, published[name] ?? {}, enums, kind);
    definitions.set(name, schema);
    queue.push(...referencesOf(schema));
  }
  const sorted = [...definitions].sort(([a], [b]) => compare(a, b));
  return { kinds, definitions: Object.fromEntries(sorted) };
}

function definitionOf(name: string, schema: Json, enums: Enums, kind?: CoreKind): JsonSchema {
  if (name.endsWith('.resource.Quantity')) return { type: ['string', 'number'] };
  if (name.endsWith('.intstr.IntOrString')) return { type: ['integer', 'string'] };
  const closed = close(schema);
  if (!closed.properties) return closed;

  const properties = mapValues(closed.properties, (property, key) => {
    const values = enums.get(`${name}.${key}`);
    if (values && property.type === 'string') return { ...property, enum: values };
    if (values && property.items)
      return { ...property, items: { ...property.items, enum: values } };
    return property;
  });
  return { ...closed, properties: kind ? identified(properties, kind) : properties };
}

/** Fixes `apiVersion` and `kind`, and leaves `status` to the cluster. */
function identified(
  properties: Readonly<Record<string, JsonSchema>>,
  { apiVersion, kind }: CoreKind,
): Record<string, JsonSchema> {
  return {
    ...properties,
    apiVersion: { type: 'string', const: apiVersion },
    kind: { type: 'string', const: kind },
    ...(properties.status && { status: { type: 'object' } }),
  };
}

function close(node: Json): JsonSchema {
  if (!isObject(node)) return {};
  const schema = Object.fromEntries(
    KEPT.filter((keyword) => keyword in node).map((keyword) => {
      const value = node[keyword] as Json;
      if (keyword === 'properties' && isObject(value)) return [keyword, mapValues(value, close)];
      if (keyword === 'items') return [keyword, close(value)];
      if (keyword === 'additionalProperties' && isObject(value)) return [keyword, close(value)];
      return [keyword, value];
    }),
  );
  return schema.properties ? { ...schema, additionalProperties: false } : schema;
}

function referencesOf(schema: JsonSchema): string[] {
  const nested = [
    ...Object.values(schema.properties ?? {}),
    ...(schema.items ? [schema.items] : []),
    ...(typeof schema.additionalProperties === 'object' ? [schema.additionalProperties] : []),
  ];
  const own = schema.$ref ? [schema.$ref.slice(REFERENCE.length)] : [];
  return [...own, ...nested.flatMap(referencesOf)];
}

/** A kind can be created either inside a namespace or beside them; the path of its POST tells which. */
function scopesOf(paths: JsonObject): Map<string, Scope> {
  const scopes = new Map<string, Scope>();
  for (const [path, operations] of Object.entries(paths)) {
    if (!isObject(operations) || !isObject(operations.post)) continue;
    for (const { apiVersion, kind } of identitiesOf(operations.post)) {
      if (path.includes('{name}')) continue; // a subresource, such as a Scale
      scopes.set(`${apiVersion}/${kind}`, path.includes('{namespace}') ? 'Namespaced' : 'Cluster');
    }
  }
  return scopes;
}

function identitiesOf(node: Json): { apiVersion: string; kind: string }[] {
  if (!isObject(node)) return [];
  return [node['x-kubernetes-group-version-kind'] ?? []]
    .flat()
    .filter(isObject)
    .map(({ group, version, kind }) => ({
      apiVersion: group ? `${group}/${version}` : `${version}`,
      kind: `${kind}`,
    }));
}

function objectIn(document: JsonObject, key: string): JsonObject {
  const value = document[key];
  return isObject(value) ? value : {};
}
