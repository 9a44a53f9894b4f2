/** Minor versions of Kubernetes that Keelson has schemas for, oldest first. */
export const KUBERNETES_VERSIONS = [
  '1.31',
  '1.32',
  '1.33',
  '1.34',
  '1.35',
  '1.36',
  '1.37',
] as const;

/** A minor version of Kubernetes that Keelson knows the kinds of. */
export type KubernetesVersion = (typeof KUBERNETES_VERSIONS)[number];

/** Whether objects of a kind live in a namespace or belong to the whole cluster. */
export type Scope = 'Namespaced' | 'Cluster';

/** The JSON types a value can have. */
export type JsonType = 'array' | 'boolean' | 'integer' | 'null' | 'number' | 'object' | 'string';

/** JSON Schema as Kubernetes writes it: the keywords we read, and whatever else stands beside them. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: JsonType | readonly JsonType[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: boolean | JsonSchema;
  readonly items?: JsonSchema;
  readonly required?: readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly definitions?: Readonly<Record<string, JsonSchema>>;
  readonly [keyword: string]: unknown;
}

/** What an object of one kind must look like. */
export interface KindSchema {
  readonly apiVersion: string;
  readonly kind: string;
  readonly scope: Scope;

  /** The kind's own schema, closed: a field it does not name is an error. */
  readonly schema: JsonSchema;

  /** The document in which references of the form `#/definitions/…` resolve. */
  readonly root: JsonSchema;
}

/** The kinds that one cluster can hold. */
export interface Schemas {
  /** The schema of a kind, or nothing if the cluster's version does not know it. */
  find(apiVersion: string, kind: string): KindSchema | undefined;

  /** Every kind that can be found, sorted by `apiVersion` and `kind`. */
  kinds(): readonly KindSchema[];
}
