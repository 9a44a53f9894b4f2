import { Construct } from 'constructs';
import { expect, test } from 'vitest';
import { external } from '../../src/core/access.ts';
import type { Layer } from '../../src/core/layer.ts';
import { definePlatform } from '../../src/core/platform.ts';
import { Redis } from '../../src/services/redis.ts';
import { Worker } from '../../src/services/worker.ts';
import {
  CLUSTER,
  finished,
  LOCK,
  listed,
  modelOf,
  modelOfAll,
  type TestEnvironment,
} from '../synth.ts';

const review = { tier: 'review', domain: 'example.com', settings: undefined } as const;

test('what a cluster shares is built first and given to every environment', () => {
  const seen: string[] = [];
  const platform = definePlatform({
    name: 'test',
    clusters: { one: CLUSTER },
    environments: { staging: { cluster: 'one', ...review }, qa: { cluster: 'one', ...review } },
    composeCluster(cluster) {
      seen.push(`${cluster.name} on ${cluster.cluster.name}`);
      return { cache: new Redis(cluster.layer('edge'), 'cache', { memory: '64Mi' }) };
    },
    compose(env) {
      seen.push(env.name);
      const uses = { CACHE: env.shared.cache.keys('*').read };
      new Worker(env.layer('apps'), 'mailer', { image: 'a:1', uses });
    },
  });
  const model = finished(platform, 'one');
  expect(seen).toEqual(['shared on one', 'staging', 'qa']);
  expect(listed(model).filter((line) => line.includes('NetworkPolicy'))).toEqual([
    'apps: NetworkPolicy mailer-to-shared.cache',
    'edge: NetworkPolicy cache-from-qa.mailer',
    'edge: NetworkPolicy cache-from-staging.mailer',
    'apps: NetworkPolicy mailer-to-shared.cache',
  ]);
});

test('a service in another namespace is reached by its full name', () => {
  const model = modelOfAll((env) => {
    const cache = new Redis(env.layer('data', { namespace: 'data' }), 'cache', { memory: '64Mi' });
    new Worker(env.layer('apps'), 'mailer', {
      image: 'shop',
      uses: { CACHE: cache.keys('*').read },
    });
  });
  expect(model.links[0]?.host).toBe('cache.test-prod-data.svc.cluster.local');
  const policy = model.entries.find(
    ({ object }) => object.metadata.name === 'mailer-to-prod-data.cache',
  );
  expect(JSON.stringify(policy?.object)).toContain(
    '"kubernetes.io/metadata.name":"test-prod-data"',
  );
});

test('one environment on several clusters gives each the same, and each cluster its own', () => {
  const seen: string[] = [];
  const platform = definePlatform({
    name: 'test',
    clusters: { one: CLUSTER, two: { ...CLUSTER, region: 'far-away' } },
    environments: { prod: { cluster: ['one', 'two'], ...review } },
    compose(env) {
      seen.push(`${env.name} on ${env.cluster.name}`);
      new Redis(env.layer('data'), 'cache', { memory: '64Mi' });
    },
  });
  const [one, two] = [finished(platform, 'one'), finished(platform, 'two')];
  expect(seen).toEqual(['prod on one', 'prod on two']);
  expect(one.entries.map(({ object }) => object)).toEqual(two.entries.map(({ object }) => object));
  expect(platform.environments).toEqual({ prod: ['one', 'two'] });
});

test('a cluster without environments is empty', () => {
  const platform = definePlatform({
    name: 'test',
    clusters: { one: CLUSTER, spare: CLUSTER },
    environments: { prod: { cluster: 'one', ...review } },
    compose: (env) => void new Redis(env.layer('data'), 'cache', { memory: '64Mi' }),
  });
  expect(finished(platform, 'spare').entries).toEqual([]);
});

test('asking again for a layer gives the same one', () => {
  modelOfAll((env) => {
    expect(env.layer('data')).toBe(env.layer('data'));
  });
});

test.each([
  ['Data', "layer 'Data' must be a DNS label (a-z, 0-9, '-')"],
  ['', "layer '' must be a DNS label (a-z, 0-9, '-')"],
  ['../x', "layer '../x' must be a DNS label (a-z, 0-9, '-')"],
  ['a\nb', "layer 'a\nb' must be a DNS label (a-z, 0-9, '-')"],
  ['namespace', "layer 'namespace' has a name that Keelson keeps for itself"],
  ['operators', "layer 'operators' has a name that Keelson keeps for itself"],
  ['apps-before', "layer 'apps-before' has a name that Keelson keeps for itself"],
  ['apps-after', "layer 'apps-after' has a name that Keelson keeps for itself"],
])('fails with the layer %j', (name, message) => {
  expect(() => modelOfAll((env) => env.layer(name))).toThrow(`prod: ${message}`);
});

test('fails when a layer is given two namespaces', () => {
  const build = () =>
    modelOfAll((env) => {
      env.layer('data', { namespace: 'a' });
      env.layer('data', { namespace: 'b' });
    });
  expect(build).toThrow("prod/data: layer 'data' is in namespace 'test-prod-a'");
});

test.each(['Shop', '', '2shop', 'shop_1', 'a.b', '../x', '/etc', 'a\nb', 'a: b', 'a'.repeat(41)])(
  'fails with the service id %j',
  (id) => {
    expect(() => modelOf((scope) => new Worker(scope, id, { image: 'shop' }))).toThrow(
      `prod/apps/${id}: service id '${id}' must be a DNS label (a-z, 0-9, '-') of at most 40 letters`,
    );
  },
);

test('fails when one layer has two services of one name', () => {
  const build = () =>
    modelOf((scope) => {
      new Worker(scope, 'mailer', { image: 'shop' });
      new Worker(scope, 'mailer', { image: 'shop' });
    });
  expect(build).toThrow("prod/apps: there is something named 'mailer' already");
});

test.each([
  ['another layer', (env: TestEnvironment) => env.layer('more')],
  ['a construct around it', (env: TestEnvironment) => new Construct(env.layer('apps'), 'around')],
])('fails when a service of the same name stands in %s', (_, scopeOf) => {
  const build = () =>
    modelOfAll((env) => {
      new Worker(env.layer('apps'), 'mailer', { image: 'shop' });
      new Redis(scopeOf(env), 'mailer', { memory: '64Mi' });
    });
  expect(build).toThrow(
    /service 'mailer' has the name of 'prod\/apps\/(around\/)?mailer', in the same namespace/,
  );
});

test('fails when a service stands in no layer', () => {
  expect(() => modelOfAll((env) => new Worker(env as never, 'mailer', { image: 'shop' }))).toThrow(
    "prod: service 'mailer' stands in no layer",
  );
});

test.each([
  [
    'a layer',
    (kept: Layer) => new Worker(kept, 'late', { image: 'shop' }),
    "prod/apps: service 'late' is placed in a tree that is already complete",
  ],
  [
    'a construct in it',
    (kept: Layer) =>
      new Worker(kept.node.findChild('inner') as Construct, 'late', { image: 'shop' }),
    "prod/apps/inner: service 'late' is placed in a tree that is already complete",
  ],
] as const)('fails when something is placed in %s of an earlier compose', (_, place, message) => {
  const kept: Layer[] = [];
  const build = () =>
    modelOf((scope) => {
      if (kept[0]) place(kept[0]);
      new Construct(scope, 'inner');
      kept.push(scope as Layer);
    });
  build();
  expect(build).toThrow(message);
});

test('fails when a layer is asked of an environment of an earlier compose', () => {
  const kept: TestEnvironment[] = [];
  const build = () =>
    modelOfAll((env) => {
      kept[0]?.layer('late');
      kept.push(env);
    });
  build();
  expect(build).toThrow("prod: layer 'late' is added to an environment that is already complete");
});

test('fails when compose returns a promise', () => {
  const build = () => modelOfAll((async () => {}) as unknown as (env: TestEnvironment) => void);
  expect(build).toThrow("platform 'test': 'compose' returned a promise");
});

test('fails when composeCluster returns a promise', () => {
  const platform = definePlatform({
    name: 'test',
    clusters: { one: CLUSTER },
    environments: { prod: { cluster: 'one', ...review } },
    composeCluster: async () => external('a.example.com', 443),
    compose: () => {},
  });
  expect(() => platform.compose('one', LOCK)).toThrow(
    "platform 'test': 'composeCluster' returned a promise",
  );
});

test('what a program throws reaches the caller as it was thrown', () => {
  const mistake = new TypeError('undefined is not a function');
  const build = () =>
    modelOfAll(() => {
      throw mistake;
    });
  expect(build).toThrow(mistake);
});
