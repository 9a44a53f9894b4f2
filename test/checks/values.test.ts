import { describe, expect, test } from 'vitest';
import { validNames } from '../../src/checks/valid-names.ts';
import { validQuantities } from '../../src/checks/valid-quantities.ts';
import { deployment, judge } from './judge.ts';

const nothing = { looked: 1, said: [], hints: [] };

describe('valid-names', () => {
  const object = (apiVersion: string, kind: string, metadata: string): string =>
    `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: ${metadata}\n`;

  test.each([
    ['v1', 'ConfigMap', 'a.b-c.0'],
    ['v1', 'Service', 'web-1'],
    ['rbac.authorization.k8s.io/v1', 'ClusterRole', "'system:Node'"],
    ['v1', 'Namespace', '0day'],
  ])('is silent about a %s %s named %s', (apiVersion, kind, name) => {
    expect(judge(validNames, object(apiVersion, kind, `{ name: ${name} }`))).toEqual(nothing);
  });

  test.each([
    ['v1', 'ConfigMap', 'Web'],
    ['v1', 'ConfigMap', 'web_config'],
    ['v1', 'ConfigMap', 'a'.repeat(254)],
    ['v1', 'Service', 'a.b'],
    ['v1', 'Service', '1web'],
    ['v1', 'Namespace', 'a.b'],
    ['apps/v1', 'StatefulSet', 'a'.repeat(53)],
    ['batch/v1', 'CronJob', 'a'.repeat(53)],
    ['batch/v1', 'Job', 'a'.repeat(64)],
    ['rbac.authorization.k8s.io/v1', 'Role', 'a/b'],
    ['postgresql.cnpg.io/v1', 'Cluster', 'Db'],
  ])('fails when a %s %s is named %s', (apiVersion, kind, name) => {
    expect(judge(validNames, object(apiVersion, kind, `{ name: '${name}' }`)).said).toHaveLength(1);
  });

  test('says which names there may be', () => {
    expect(judge(validNames, object('v1', 'Service', '{ name: 1web }'))).toEqual({
      looked: 1,
      said: ["error prod/apps/1web: Service '1web' has a name that is not allowed"],
      hints: [
        "at most 63 lower-case letters, digits and '-', beginning and ending with a letter or a digit; the first is a letter, since it becomes a DNS name",
      ],
    });
  });

  test('fails when a label has a bad key or value', () => {
    const labels = "{ 'a/b/c': x, '-a': x, example.com/team: 'two words', ok: '' }";
    expect(
      judge(validNames, object('v1', 'ConfigMap', `{ name: a, labels: ${labels} }`)).said,
    ).toEqual([
      "error prod/apps/a: metadata.labels: the key 'a/b/c' is not allowed",
      "error prod/apps/a: metadata.labels: the key '-a' is not allowed",
      "error prod/apps/a: metadata.labels: the value of 'example.com/team' is 'two words'",
    ]);
  });

  test('looks at the labels of pods, at containers and at ports', () => {
    const yaml = deployment('web', '', 'ports: [{ name: http_web, containerPort: 1 }]')
      .replace(/ +ports: .*8000.*\n/, '')
      .replace('- name: web', '- name: Web')
      .replace('labels: { app: web }', `labels: { app: '${'a'.repeat(64)}' }`);
    expect(judge(validNames, yaml).said).toEqual([
      `error prod/apps/web: the pods' labels: the value of 'app' is '${'a'.repeat(56)}…`,
      "error prod/apps/web: container 'Web' has a name that is not allowed",
      "error prod/apps/web: container 'Web' has a port named 'http_web'",
    ]);
  });

  test('fails when annotations have a bad key, or are too large together', () => {
    const bad = object('v1', 'ConfigMap', "{ name: a, annotations: { 'a b': x } }");
    expect(judge(validNames, bad).said).toEqual([
      "error prod/apps/a: metadata.annotations: the key 'a b' is not allowed",
    ]);
    const large = (size: number): string =>
      object('v1', 'ConfigMap', `{ name: a, annotations: { a: '${'é'.repeat(size)}' } }`);
    expect(judge(validNames, large(131_071))).toEqual(nothing);
    expect(judge(validNames, large(131_072)).said).toEqual([
      'error prod/apps/a: metadata.annotations: 262145 bytes, keys and values together',
    ]);
  });
});

describe('valid-quantities', () => {
  const asks = (resources: string): string => deployment('web', '', `resources: ${resources}`);

  test.each([
    '{ requests: { cpu: 100m, memory: 256Mi }, limits: { memory: 256Mi } }',
    '{ requests: { cpu: 0.3 }, limits: { cpu: 300m } }',
    '{ requests: { cpu: 2, memory: 1e9 } }',
    '{ requests: { cpu: ".5", memory: 128974848 } }',
  ])('is silent about %s', (resources) => {
    expect(judge(validQuantities, asks(resources))).toEqual(nothing);
  });

  test.each([
    ['{ requests: { memory: 2GB } }', "requests.memory' must be an amount, got '2GB'"],
    ['{ limits: { cpu: two } }', "limits.cpu' must be an amount, got 'two'"],
    ['{ requests: { cpu: -1 } }', "requests.cpu' must not be negative, got -1"],
    ['{ requests: { cpu: 0.5m } }', "requests.cpu' is '0.5m', less than '1m'"],
    [
      '{ requests: { memory: 512m } }',
      "requests.memory' is '512m', which is 0.512 bytes: 'm' means a thousandth",
    ],
    [
      '{ requests: { memory: 1Gi }, limits: { memory: 512Mi } }',
      "requests.memory' asks for '1Gi', more than the limit of '512Mi'",
    ],
  ])('fails when a container has %s', (resources, said) => {
    expect(judge(validQuantities, asks(resources)).said).toEqual([
      `error prod/apps/web: 'spec.template.spec.containers[0].resources.${said}`,
    ]);
  });

  test.each([
    [
      'a claim',
      `apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: a }
spec: { resources: { requests: { storage: 20gb } } }`,
      'spec.resources.requests.storage',
    ],
    [
      'a quota',
      `apiVersion: v1
kind: ResourceQuota
metadata: { name: a }
spec: { hard: { requests.memory: 20gb } }`,
      'spec.hard.requests.memory',
    ],
    [
      'a limit range',
      `apiVersion: v1
kind: LimitRange
metadata: { name: a }
spec: { limits: [{ type: Container, default: { memory: 20gb } }] }`,
      'spec.limits[0].default.memory',
    ],
    [
      'a custom resource',
      `apiVersion: postgresql.cnpg.io/v1
kind: Cluster
metadata: { name: a }
spec: { storage: { size: 20gb } }`,
      'spec.storage.size',
    ],
    [
      'a volume',
      deployment('a', 'volumes: [{ name: tmp, emptyDir: { sizeLimit: 20gb } }]'),
      'spec.template.spec.volumes[0].emptyDir.sizeLimit',
    ],
  ])('looks at %s', (_, yaml, path) => {
    const { looked, said } = judge(validQuantities, yaml);
    const where = path.replace('hard.requests.memory', "hard['requests.memory']");
    expect(said).toEqual([`error prod/apps/a: '${where}' must be an amount, got '20gb'`]);
    expect(looked).toBe(1);
  });

  test('does not look at what names no amount', () => {
    expect(judge(validQuantities, deployment('web')).looked).toBe(0);
  });
});
