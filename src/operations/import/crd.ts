import type { JsonSchema, Scope } from '../../core/schema.ts';
import { closeSchema, openSchema } from './close-schema.ts';
import { isObject, type Json, type JsonObject } from './json.ts';

/** One served version of one CustomResourceDefinition. */
export interface Crd {
  readonly group: string;
  readonly kind: string;
  readonly version: string;
  readonly scope: Scope;

  /** Where it was read, with its version where there is one. */
  readonly source: string;

  /** The schema as the CRD has it. */
  readonly schema: JsonObject;

  /** What a cluster needs to serve the kind, besides the schema. */
  readonly serving: JsonObject;
}

/** The schema of a custom kind, and beside it what it takes to serve that kind again. */
export interface CustomSchema extends JsonSchema {
  readonly 'x-keelson-crd': {
    readonly source: string;
    readonly group: string;
    readonly version: string;
    readonly scope: Scope;
    readonly names: { readonly kind: string } & JsonObject;
    readonly [more: string]: Json;
  };
}

/** The closed JSON Schema of a kind, without prose. */
export function schemaOf({
  group,
  kind,
  version,
  scope,
  source,
  schema,
  serving,
}: Crd): CustomSchema {
  const closed = closeSchema(schema);
  const names = isObject(serving.names) ? serving.names : {};
  return {
    'x-keelson-crd': { source, group, version, scope, ...serving, names: { ...names, kind } },
    type: 'object',
    ...closed,
    properties: {
      apiVersion: { type: 'string', const: `${group}/${version}` },
      kind: { type: 'string', const: kind },
      metadata: METADATA,
      ...without(closed.properties ?? {}, ['apiVersion', 'kind', 'metadata']),
    },
  };
}

/** The CustomResourceDefinition that makes a cluster serve a kind exactly as its schema describes it. */
export function crdOf(schema: CustomSchema): JsonObject {
  const { 'x-keelson-crd': crd, ...closed } = schema;
  const { source, group, version, scope, names, annotations, ...serving } = crd;
  const { apiVersion, kind, metadata, ...fields } = closed.properties ?? {};
  const plain = { type: 'string' };
  const root = openSchema({ ...closed, properties: fields });
  const properties = { apiVersion: plain, kind: plain, metadata: { type: 'object' } };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${names.plural}.${group}`, ...(annotations && { annotations }) },
    spec: {
      group,
      names,
      scope,
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          ...serving,
          schema: {
            openAPIV3Schema: {
              ...root,
              properties: { ...properties, ...objectOr(root.properties) },
            },
          },
        },
      ],
    },
  };
}

/** Metadata as people write it: what only the cluster fills in is not in it. */
const METADATA: JsonSchema = {
  type: 'object',
  properties: {
    name: { type: 'string' },
    generateName: { type: 'string' },
    namespace: { type: 'string' },
    labels: { type: 'object', additionalProperties: { type: 'string' } },
    annotations: { type: 'object', additionalProperties: { type: 'string' } },
    finalizers: { type: 'array', items: { type: 'string' } },
    ownerReferences: { type: 'array', items: { type: 'object' } },
  },
  additionalProperties: false,
};

function without<V>(
  object: Readonly<Record<string, V>>,
  keys: readonly string[],
): Record<string, V> {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)));
}

function objectOr(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}
