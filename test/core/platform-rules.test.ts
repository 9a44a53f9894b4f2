import { expect, test } from 'vitest';
import { definePlatform, type Platform } from '../../src/core/platform.ts';

const cluster = { provider: 'aws', kubernetes: '1.34' };
const prod = { cluster: 'one', tier: 'review', domain: 'example.com', settings: {} };
const good = {
  name: 'test',
  clusters: { one: cluster },
  environments: { prod },
  compose: () => {},
};

/** As JavaScript calls it: without any types. */
const define = definePlatform as unknown as (props: unknown) => Platform;

const withCluster = (props: object) => ({ ...good, clusters: { one: { ...cluster, ...props } } });
const withProd = (props: object) => ({ ...good, environments: { prod: { ...prod, ...props } } });

test('a definition without a fault is taken', () => {
  expect(define(good).name).toBe('test');
});

const IN_CLUSTER = "platform 'test', cluster 'one'";
const IN_PROD = "platform 'test', environment 'prod'";
const LABEL = "must be a DNS label (a-z, 0-9, '-') of at most 30 letters";

test.each([
  [undefined, "platform: 'definePlatform' must be given an object, got undefined"],
  [null, "platform: 'definePlatform' must be given an object, got null"],
  [{}, `platform 'undefined': the platform's name 'undefined' ${LABEL}`],
  [{ ...good, name: '../x' }, `platform '../x': the platform's name '../x' ${LABEL}`],
  [{ ...good, name: 'a'.repeat(31) }, LABEL],
  [{ ...good, compos: 1 }, "platform 'test': 'compos' is not a key that Keelson knows"],
  [{ ...good, clusters: {} }, "platform 'test': 'clusters' has no entry"],
  [{ ...good, clusters: 'one' }, "platform 'test': 'clusters' has no entry"],
  [{ ...good, environments: undefined }, "platform 'test': 'environments' has no entry"],
  [{ ...good, compose: 'x' }, `platform 'test': 'compose' must be a function, got "x"`],
  [
    { ...good, clusters: { One: cluster } },
    `platform 'test', cluster 'One': the cluster's name 'One' ${LABEL}`,
  ],
  [{ ...good, clusters: { one: null } }, `${IN_CLUSTER}: 'the entry' must be an object, got null`],
  [
    withCluster({ provider: 'azure' }),
    `${IN_CLUSTER}: 'provider' must be aws, digitalocean, generic, got "azure"`,
  ],
  [withCluster({ kubernetes: '1.30' }), `${IN_CLUSTER}: 'kubernetes' must be 1.31,`],
  [withCluster({ kubernetes: 1.34 }), `${IN_CLUSTER}: 'kubernetes' must be 1.31,`],
  [
    withCluster({ operators: 'no' }),
    `${IN_CLUSTER}: 'operators' must be install, present, got "no"`,
  ],
  [
    withCluster({ registryMirror: 'https://m.io' }),
    `${IN_CLUSTER}: 'registryMirror' must be a registry and perhaps a path, got "https://m.io"`,
  ],
  [withCluster({ registryMirror: 'mirror' }), `${IN_CLUSTER}: 'registryMirror' must be`],
  [withCluster({ shared: { registryMirror: 'm.io/' } }), `${IN_CLUSTER}: 'registryMirror' must be`],
  [withProd({ registryMirror: '' }), `${IN_PROD}: 'registryMirror' must be`],
  [withProd({ waive: 'all' }), `${IN_PROD}: 'waive' must be an object, got "all"`],
  [
    withProd({ waive: { 'image-pinned': '' } }),
    `${IN_PROD}: 'waive' gives no reason for 'image-pinned', got ""`,
  ],
  [
    withCluster({ shared: { waive: { schema: 1 } } }),
    "'waive' gives no reason for 'schema', got 1",
  ],
  [withCluster({ zone: 'a' }), `${IN_CLUSTER}: 'zone' is not a key that Keelson knows`],
  [{ ...good, environments: { 'a\nb': prod } }, `the environment's name 'a\nb' ${LABEL}`],
  [
    { ...good, environments: { shared: prod } },
    "'shared' is the name of what belongs to the cluster itself",
  ],
  [
    withProd({ tier: 'gold' }),
    `${IN_PROD}: 'tier' must be production, preproduction, review, got "gold"`,
  ],
  [
    withProd({ domain: 'https://a' }),
    `${IN_PROD}: 'domain' must be a host name in lower case, got "https://a"`,
  ],
  [withProd({ cluster: 'tow' }), `${IN_PROD}: 'cluster' names 'tow', which is not defined`],
  [withProd({ cluster: [] }), `${IN_PROD}: 'cluster' must be a cluster or several, got []`],
  [
    withProd({ cluster: undefined }),
    `${IN_PROD}: 'cluster' names 'undefined', which is not defined`,
  ],
  [
    withProd({ cluster: '__proto__' }),
    `${IN_PROD}: 'cluster' names '__proto__', which is not defined`,
  ],
  [
    withProd({ ingress: 'nginx' }),
    `${IN_PROD}: 'ingress' must be ingress, traefik, gateway, got "nginx"`,
  ],
  [withProd({ metrics: true }), `${IN_PROD}: 'metrics' must be prometheus, none, got true`],
  [withProd({ disk: '20Gi' }), `${IN_PROD}: 'disk' is not a key that Keelson knows`],
])('fails from JavaScript: %#', (props, message) => {
  expect(() => define(props)).toThrow(message);
});

test('an unknown key is met with the nearest, and with where own values belong', () => {
  expect(() => define(withProd({ domian: 'a.b' }))).toThrow(
    expect.objectContaining({
      code: 'platform/unknown-key',
      hint: expect.stringMatching(/^did you mean 'domain'\? .* under an environment's 'settings'$/),
    }),
  );
});
