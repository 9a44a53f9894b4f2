import type { Crd } from '../../src/operations/import/crd.ts';
import { isObject, type Json, type JsonObject } from '../../src/operations/import/json.ts';

/** Changes one value inside a schema; it throws if what it is about is no longer there. */
interface Patch {
  /** Fields from the root; `[]` enters the items of a list: `spec.routes[].services[]`. */
  readonly path: string;
  readonly change: (schema: JsonObject) => JsonObject;
}

/** Makes a schema refuse what its controller refuses, or silently ignores. */
export function patched(crd: Crd): Crd {
  const patches = PATCHES[`${crd.group}/${crd.kind}`] ?? [];
  const schema = patches.reduce<JsonObject>(
    (whole, { path, change }) => changeAt(whole, stepsOf(path), change, `${crd.kind} ${path}`),
    crd.schema,
  );
  return { ...crd, schema };
}

const need = (path: string, ...fields: readonly string[]): Patch => ({
  path,
  change: (schema) => {
    requireFields(schema, fields, path);
    const required = Array.isArray(schema.required) ? schema.required : [];
    return { ...schema, required: [...new Set([...required, ...fields])] };
  },
});

const drop = (path: string, ...fields: readonly string[]): Patch => ({
  path,
  change: (schema) => {
    requireFields(schema, fields, path);
    const kept = Object.entries(objectOr(schema.properties)).filter(
      ([key]) => !fields.includes(key),
    );
    return { ...schema, properties: Object.fromEntries(kept) };
  },
});

const forbid = (path: string, ...values: readonly string[]): Patch => ({
  path,
  change: (schema) => {
    const choices = Array.isArray(schema.enum) ? schema.enum : [];
    const missing = values.find((value) => !choices.includes(value));
    if (missing) throw new Error(`${path} has no choice '${missing}' to forbid`);
    return { ...schema, enum: choices.filter((value) => !values.includes(`${value}`)) };
  },
});

/** Fields of a Traefik service that came with v3; the version Keelson runs is 2.11. */
const TRAEFIK_3 = ['healthCheck', 'middlewares', 'nodePortLB', 'passiveHealthCheck'];
const COOKIE_3 = ['domain', 'maxAge', 'path'];

const PATCHES: Readonly<Record<string, readonly Patch[]>> = {
  'kafka.strimzi.io/Kafka': [
    need('', 'spec'),
    forbid('spec.kafka.authorization.type', 'opa', 'keycloak'),
    forbid('spec.kafka.listeners[].authentication.type', 'oauth'),
  ],
  'kafka.strimzi.io/KafkaNodePool': [need('', 'spec')],
  'kafka.strimzi.io/KafkaTopic': [need('', 'spec')],
  'kafka.strimzi.io/KafkaUser': [need('', 'spec'), need('spec.authorization.acls[]', 'operations')],
  'traefik.io/IngressRoute': [
    drop('spec', 'ingressClassName', 'parentRefs'),
    drop('spec.routes[]', 'observability', 'syntax'),
    need('spec.routes[]', 'kind'),
    drop('spec.routes[].services[]', ...TRAEFIK_3),
    drop('spec.routes[].services[].sticky.cookie', ...COOKIE_3),
  ],
  'traefik.io/IngressRouteTCP': [drop('spec.routes[]', 'syntax')],
  'traefik.io/Middleware': [
    drop('spec.ipAllowList', 'rejectStatusCode'),
    drop('spec.errors.service', ...TRAEFIK_3),
    drop('spec.errors.service.sticky.cookie', ...COOKIE_3),
  ],
  'traefik.io/TraefikService': [
    drop('spec.mirroring', ...TRAEFIK_3),
    drop('spec.mirroring.sticky.cookie', ...COOKIE_3),
    drop('spec.mirroring.mirrors[]', ...TRAEFIK_3),
    drop('spec.mirroring.mirrors[].sticky.cookie', ...COOKIE_3),
    drop('spec.weighted.services[]', ...TRAEFIK_3),
    drop('spec.weighted.services[].sticky.cookie', ...COOKIE_3),
    drop('spec.weighted.sticky.cookie', ...COOKIE_3),
  ],
};

function stepsOf(path: string): readonly string[] {
  return path.replaceAll('[]', '.[]').split('.').filter(Boolean);
}

function changeAt(
  schema: JsonObject,
  [step, ...rest]: readonly string[],
  change: Patch['change'],
  where: string,
): JsonObject {
  if (step === undefined) return change(schema);
  const holder = step === '[]' ? schema : objectOr(schema.properties);
  const key = step === '[]' ? 'items' : step;
  const nested = holder[key];
  if (!isObject(nested)) throw new Error(`nothing at '${step}' of ${where}; adapt the patch`);
  const changed = { ...holder, [key]: changeAt(nested, rest, change, where) };
  return step === '[]' ? changed : { ...schema, properties: changed };
}

function requireFields(schema: JsonObject, fields: readonly string[], path: string): void {
  const missing = fields.find((field) => !(field in objectOr(schema.properties)));
  if (missing) throw new Error(`'${path}' has no field '${missing}'; adapt the patch`);
}

function objectOr(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}
