import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Validator } from '@cfworker/json-schema';
import { expect, test } from 'vitest';
import { type JsonSchema, KUBERNETES_VERSIONS } from '../../src/core/schema.ts';
import { loadSchemas } from '../../src/operations/schemas.ts';
import { temporaryFolder, writeFiles } from './import-project.ts';

const PACKAGED = join(import.meta.dirname, '..', '..', 'imports', 'schemas');
const at = (kubernetes: string, ...folders: readonly string[]) =>
  loadSchemas({ folders: [...folders, PACKAGED], kubernetes });

/** What a validator that resolves references within one document says of an object. */
function problemsOf(object: Record<string, unknown>, kubernetes = '1.34'): readonly string[] {
  const found = at(kubernetes).find(`${object.apiVersion}`, `${object.kind}`);
  if (!found) throw new Error(`unknown kind ${object.kind}`);
  const { definitions } = found.root;
  const document = found.root === found.schema ? found.schema : { ...found.schema, definitions };
  return new Validator(document as object, '2019-09', false)
    .validate(object)
    .errors.map(({ instanceLocation, error }) => `${instanceLocation} ${error}`);
}

const pod = (container: object) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'a' },
  spec: { containers: [{ name: 'a', image: 'a', ...container }] },
});

test('a kind knows its scope', () => {
  const schemas = at('1.34');
  expect(schemas.find('apps/v1', 'Deployment')?.scope).toBe('Namespaced');
  expect(schemas.find('v1', 'Namespace')?.scope).toBe('Cluster');
  expect(schemas.find('cert-manager.io/v1', 'ClusterIssuer')?.scope).toBe('Cluster');
});

test('a kind that the version does not have is not found', () => {
  expect(at('1.33').find('storage.k8s.io/v1', 'VolumeAttributesClass')).toBeUndefined();
  expect(at('1.34').find('storage.k8s.io/v1', 'VolumeAttributesClass')).toBeDefined();
  expect(at('1.34').find('apps/v1', 'Deploymint')).toBeUndefined();
});

test('a group that only begins like one of Kubernetes is not taken for it', () => {
  expect(at('1.34').find('apps.example.com/v1', 'Deployment')).toBeUndefined();
});

test.each(KUBERNETES_VERSIONS)(
  'every kind of %s resolves, with every reference in it',
  (version) => {
    const kinds = at(version).kinds();
    expect(kinds.length).toBeGreaterThan(100);
    for (const { apiVersion, kind, schema, root } of kinds) {
      expect(schema.properties?.kind, `${apiVersion} ${kind}`).toMatchObject({ const: kind });
      expect(schema.properties?.apiVersion).toMatchObject({ const: apiVersion });
      const names = [...JSON.stringify(schema).matchAll(/"#\/definitions\/([^"]+)"/g)];
      for (const [, name = ''] of names) expect(root.definitions).toHaveProperty([name]);
    }
  },
);

test.each([
  ['a field nobody knows', { imagePullPolice: 'Always' }, 'imagePullPolice'],
  ['a value outside the choices', { imagePullPolicy: 'always' }, 'imagePullPolicy'],
  ['a number for a string', { command: [1] }, 'command/0'],
  ['null', { args: null }, 'args'],
])('fails on %s', (_, container, place) => {
  expect(problemsOf(pod(container)).join('\n')).toContain(place);
});

test.each([
  ['quantities as text and as number', { resources: { limits: { cpu: 1, memory: '1Gi' } } }],
  ['a port by number and by name', { livenessProbe: { httpGet: { port: 'http' } } }],
])('accepts %s', (_, container) => {
  expect(problemsOf(pod(container))).toEqual([]);
});

test('a metadata label that is no text is refused on custom kinds too', () => {
  const topic = { apiVersion: 'kafka.strimzi.io/v1', kind: 'KafkaTopic', spec: { partitions: 1 } };
  expect(problemsOf({ ...topic, metadata: { name: 'a', labels: { a: 'b' } } })).toEqual([]);
  expect(problemsOf({ ...topic, metadata: { name: 'a', labels: { a: true } } })).not.toEqual([]);
});

test('what a controller refuses is refused, though its CRD allows it', () => {
  const user = (acl: object) => ({
    apiVersion: 'kafka.strimzi.io/v1',
    kind: 'KafkaUser',
    spec: { authorization: { type: 'simple', acls: [{ resource: { type: 'cluster' }, ...acl }] } },
  });
  expect(problemsOf(user({ operations: ['Read'] }))).toEqual([]);
  expect(problemsOf(user({})).join()).toContain('operations');
});

test("the user's own schemas come first, and a folder that is not there is empty", () => {
  const folder = temporaryFolder();
  const schema = { type: 'object', properties: { mine: {} } };
  writeFiles(folder, {
    'kinds.json': '{"custom":{"kafka.strimzi.io/v1/Kafka":"Cluster"}}',
    'custom/kafka.strimzi.io/kafka_v1.json': JSON.stringify(schema),
  });
  const kafka = at('1.34', join(folder, 'nope'), folder).find('kafka.strimzi.io/v1', 'Kafka');
  expect(kafka?.scope).toBe('Cluster');
  expect(kafka?.schema).toEqual(schema);
});

test('looking for a kind reads no schema, and definitions are parsed once', () => {
  const schemas = at('1.34');
  const [deployment, service] = [
    schemas.find('apps/v1', 'Deployment'),
    schemas.find('v1', 'Service'),
  ];
  expect(deployment?.root).toBe(service?.root);
  expect(schemas.find('apps/v1', 'Deployment')).toBe(deployment);

  const folder = temporaryFolder();
  writeFiles(folder, { 'kinds.json': '{"custom":{"a.example.com/v1/A":"Namespaced"}}' });
  const found = at('1.34', folder).find('a.example.com/v1', 'A');
  expect(found?.scope).toBe('Namespaced');
  expect(() => found?.schema).toThrow('ENOENT');
});

test('fails for a version there are no schemas for', () => {
  expect(() => at('1.12')).toThrow("schemas: there are no schemas for Kubernetes '1.12'");
});

test('no schema holds prose', () => {
  const documents = at('1.37')
    .kinds()
    .map(({ root }) => root);
  const prose = (schema: JsonSchema): boolean =>
    ['description', 'title', 'example', 'externalDocs'].some((word) => word in schema) ||
    [...Object.values(schema.properties ?? {}), ...Object.values(schema.definitions ?? {})].some(
      prose,
    ) ||
    [schema.items, schema.additionalProperties].some(
      (nested) => typeof nested === 'object' && prose(nested),
    );
  expect(new Set(documents).size).toBeGreaterThan(50);
  expect([...new Set(documents)].filter(prose)).toEqual([]);
  expect(prose({ properties: { a: { title: 'x' } } })).toBe(true);
});

test('the index lists every kind once, sorted', () => {
  const index = JSON.parse(readFileSync(join(PACKAGED, 'kinds.json'), 'utf8')) as Record<
    string,
    object
  >;
  for (const kinds of [index.core, index.custom]) {
    expect(Object.keys(kinds ?? {})).toEqual(Object.keys(kinds ?? {}).sort());
  }
});
