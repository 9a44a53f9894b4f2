import { expect, test } from 'vitest';
import type * as k8s from '#imports/k8s.ts';
import { definePlatform } from '../../src/core/platform.ts';
import { Memcached, type MemcachedProps } from '../../src/services/memcached.ts';
import { MemcachedAdmin, type MemcachedAdminProps } from '../../src/services/memcached-admin.ts';
import { Worker } from '../../src/services/worker.ts';
import {
  CLUSTER,
  finished,
  listed,
  modelOf,
  objectOf,
  type SynthOptions,
  specOf,
  synth,
} from '../synth.ts';

const everyProp: Required<MemcachedProps> = {
  memory: '4Gi',
  shards: 5,
  cpu: '2',
  connections: 8192,
  largestItem: '8Mi',
  threads: 2,
  version: '1.6.23',
};
const minimal: MemcachedProps = { memory: '512Mi' };

test.each([
  ['defaults', minimal, {}],
  ['defaults-preproduction', minimal, { environment: { tier: 'preproduction' } }],
  ['defaults-review', minimal, { environment: { tier: 'review' } }],
  ['every-prop', everyProp, { environment: { metrics: 'prometheus' } }],
] as const satisfies [string, MemcachedProps, SynthOptions][])(
  'golden: %s',
  async (golden, props, options) => {
    const yaml = synth((scope) => new Memcached(scope, 'pages', props), options);
    await expect(yaml).toMatchFileSnapshot(`../golden/memcached/${golden}.yaml`);
  },
);

const everyAdminProp = (cache: Memcached): Required<MemcachedAdminProps> => ({
  image: 'envoy',
  shows: { PAGES: cache.readWrite },
  resources: { cpu: '100m', memory: '128Mi' },
});

test.each([
  ['admin-defaults', 'production', false],
  ['admin-defaults-review', 'review', false],
  ['admin-every-prop', 'production', true],
] as const)('golden: the page: %s', async (golden, tier, whole) => {
  const yaml = synth(
    (scope) => {
      const cache = new Memcached(scope, 'pages', minimal);
      const { resources: _, ...needed } = everyAdminProp(cache);
      new MemcachedAdmin(scope, 'pages-admin', whole ? everyAdminProp(cache) : needed);
    },
    { environment: { tier } },
  );
  const own = yaml.split('---\n').filter((each) => /instance: pages-admin$/m.test(each));
  await expect(own.join('---\n')).toMatchFileSnapshot(`../golden/memcached/${golden}.yaml`);
});

function shards(props: Partial<MemcachedProps>, options?: SynthOptions) {
  return modelOf((scope) => {
    const cache = new Memcached(scope, 'pages', { ...minimal, ...props });
    new Worker(scope, 'web', { image: 'shop', uses: { PAGES: cache.readWrite } });
  }, options);
}

function envOf(model: ReturnType<typeof shards>): readonly k8s.EnvVar[] | undefined {
  const { template } = specOf<k8s.DeploymentSpec>(model, 'Deployment', 'web');
  return template.spec?.containers[0]?.env;
}

test('clients are told every shard by its own name, and no address that leads to any of them', () => {
  expect(envOf(shards({ shards: 2 }))).toEqual([
    { name: 'PAGES_SERVERS', value: 'pages-0.pages:11211,pages-1.pages:11211' },
  ]);
  expect(objectOf(shards({}), 'Service', 'pages')['spec']).toMatchObject({
    clusterIP: 'None',
    publishNotReadyAddresses: true,
  });
});

test('from another namespace the names are whole', () => {
  const platform = definePlatform({
    name: 'test',
    clusters: { test: CLUSTER },
    environments: {
      prod: { cluster: 'test', tier: 'production', domain: 'example.com', settings: undefined },
    },
    composeCluster: (cluster) =>
      new Memcached(cluster.layer('data'), 'pages', { ...minimal, shards: 1 }),
    compose(env) {
      const uses = { PAGES: env.shared.readWrite };
      new Worker(env.layer('apps'), 'web', { image: 'shop', uses });
    },
  });
  expect(envOf(finished(platform, 'test'))).toEqual([
    { name: 'PAGES_SERVERS', value: 'pages-0.pages.test-shared.svc.cluster.local:11211' },
  ]);
});

test('nobody else gets in: there is no login, so the policy is the grant', () => {
  expect(listed(shards({}))).toContain('apps: NetworkPolicy pages-from-web');
});

test('one shard has no budget: its pod may always be moved', () => {
  expect(listed(shards({ shards: 1 }))).not.toContain('apps: PodDisruptionBudget pages');
  expect(listed(shards({ shards: 2 }))).toContain('apps: PodDisruptionBudget pages');
});

test('a page on a cache is best effort: one pod, no budget, nothing that exposes it', () => {
  const model = modelOf((scope) => {
    const cache = new Memcached(scope, 'pages', minimal);
    const admin = new MemcachedAdmin(scope, 'pages-admin', everyAdminProp(cache));
    expect(admin.availability).toBe('best effort');
  });
  const facts = model.services.find(({ origin }) => origin.service === 'pages-admin');
  expect(facts?.availability).toBe('best effort');
  expect(specOf<k8s.DeploymentSpec>(model, 'Deployment', 'pages-admin').strategy).toEqual({
    type: 'Recreate',
  });
  const own = model.entries.filter(({ origin }) => origin.service === 'pages-admin');
  expect(own.map(({ object }) => object.kind).sort()).toEqual([
    'ConfigMap',
    'Deployment',
    'NetworkPolicy',
    'Service',
    'ServiceAccount',
  ]);
});

test.each([
  [{ memory: '32Mi' }, "'memory' must be 64Mi or more"],
  [{ shards: 0 }, "'shards' must be"],
  [{ shards: 1.5 }, "'shards' must be"],
  [{ connections: 0 }, "'connections' must be"],
  [{ threads: Number.NaN }, "'threads' must be"],
  [{ largestItem: '300Mi' }, "'largestItem' must be at most 1Gi and half of the 409Mi"],
  [{ largestItem: '12' }, "'largestItem' must be an amount"],
  [{ version: '1.5' }, '\'version\' is "1.5", which has no image'],
] as [object, string][])('fails on %o', (props, message) => {
  expect(() => shards(props)).toThrow(message);
});

test('fails on a page that shows nothing', () => {
  expect(() =>
    modelOf((scope) => new MemcachedAdmin(scope, 'admin', { image: 'envoy', shows: {} })),
  ).toThrow("prod/apps/admin: 'shows' names no cache");
});
