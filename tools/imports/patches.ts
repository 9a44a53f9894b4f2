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

/** What came to Traefik with version 3; Keelson runs 2.11, which drops it without a word. */
const SERVICE_3 = ['healthCheck', 'middlewares', 'nodePortLB', 'passiveHealthCheck'];
const COOKIE_3 = ['domain', 'maxAge', 'path'];
const FORWARD_AUTH_3 = [
  ...['authSigninURL', 'forwardBody', 'headerField', 'maxBodySize', 'maxResponseBodySize'],
  ...['preserveLocationHeader', 'preserveRequestMethod'],
];
const RETRY_3 = [
  ...['disableRetryOnNetworkError', 'maxRequestBodyBytes', 'retryNonIdempotentMethod', 'status'],
  'timeout',
];

const serviceOf2 = (path: string): readonly Patch[] => [
  drop(path, ...SERVICE_3),
  drop(`${path}.sticky.cookie`, ...COOKIE_3),
];

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
    ...serviceOf2('spec.routes[].services[]'),
  ],
  'traefik.io/IngressRouteTCP': [
    drop('spec', 'ingressClassName'),
    drop('spec.routes[]', 'syntax'),
    drop('spec.routes[].services[]', 'nodePortLB', 'serversTransport', 'tls'),
  ],
  'traefik.io/IngressRouteUDP': [
    drop('spec', 'ingressClassName'),
    drop('spec.routes[].services[]', 'nodePortLB'),
  ],
  'traefik.io/Middleware': [
    drop('spec', 'encodedCharacters', 'grpcWeb'),
    drop('spec.circuitBreaker', 'responseCode'),
    drop('spec.compress', 'defaultEncoding', 'encodings', 'includedContentTypes'),
    drop('spec.errors', 'errorRequestHeaders', 'statusRewrites'),
    ...serviceOf2('spec.errors.service'),
    drop('spec.forwardAuth', ...FORWARD_AUTH_3),
    drop('spec.headers', 'contentSecurityPolicyReportOnly'),
    drop('spec.inFlightReq.sourceCriterion.ipStrategy', 'ipv6Subnet'),
    drop('spec.ipAllowList', 'rejectStatusCode'),
    drop('spec.ipAllowList.ipStrategy', 'ipv6Subnet'),
    drop('spec.ipWhiteList.ipStrategy', 'ipv6Subnet'),
    drop('spec.rateLimit', 'redis'),
    drop('spec.rateLimit.sourceCriterion.ipStrategy', 'ipv6Subnet'),
    drop('spec.retry', ...RETRY_3),
  ],
  'traefik.io/ServersTransport': [
    drop('spec', 'cipherSuites', 'maxVersion', 'minVersion', 'rootCAs', 'spiffe'),
  ],
  'traefik.io/TLSOption': [drop('spec', 'disableSessionTickets')],
  'traefik.io/TraefikService': [
    drop('spec', 'failover', 'highestRandomWeight'),
    drop('spec.mirroring', 'mirrorBody'),
    ...serviceOf2('spec.mirroring'),
    ...serviceOf2('spec.mirroring.mirrors[]'),
    ...serviceOf2('spec.weighted.services[]'),
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
