import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ClusterListing } from '../../src/operations/list.ts';
import { keelson } from './keelson.ts';
import { PLATFORM } from './platform.ts';
import { project, tree } from './project.ts';

test('shows every environment, its layers in the order they are applied, and its services', async () => {
  const folder = project({ 'charts/main.ts': PLATFORM });
  const { code, err, out } = await keelson('list', { folder });
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out.replaceAll(/\d+ objects/g, 'N objects')).toMatchInlineSnapshot(`
    "shop on cluster main (generic, Kubernetes 1.34)

      shared: production, N objects
        namespace  shop-shared  -       N objects
        logs       logs         WebApp  N objects

      staging: preproduction, staging.example.com, namespace shop-staging, N objects
        namespace    shop-staging  -           N objects
        data         cache         Redis       N objects
        apps-before  web-migrate   ReleaseJob  N objects
        apps         web           WebApp      N objects

      prod: production, example.com, namespace shop-prod, N objects
        namespace    shop-prod    -           N objects
        data         cache        Redis       N objects
        apps-before  web-migrate  ReleaseJob  N objects
        apps         mailer       Worker      N objects
                     web          WebApp      N objects
    "
  `);
});

test('shows one environment', async () => {
  const folder = project({ 'charts/main.ts': PLATFORM });
  const { code, out } = await keelson('list --env prod', { folder });
  expect(code).toBe(0);
  expect(out).toContain('  prod: production, example.com, namespace shop-prod, ');
  expect(out).not.toContain('staging');
});

test('prints the same as JSON', async () => {
  const folder = project({ 'charts/main.ts': PLATFORM });
  const { code, err, out } = await keelson('list --env staging --output json', { folder });
  expect({ code, err }).toEqual({ code: 0, err: '' });
  const [cluster] = (JSON.parse(out) as { clusters: ClusterListing[] }).clusters;
  expect(cluster).toMatchObject({ platform: 'shop', cluster: 'main', provider: 'generic' });
  const [staging, ...others] = cluster?.environments ?? [];
  expect(others).toEqual([]);
  expect(staging).toMatchObject({
    environment: 'staging',
    tier: 'preproduction',
    namespace: 'shop-staging',
    domain: 'staging.example.com',
    layers: [
      { layer: 'namespace', after: [], services: [{ service: 'shop-staging' }] },
      { layer: 'data', after: [], services: [{ service: 'cache', kind: 'Redis' }] },
      { layer: 'apps-before', after: ['data'], services: [{ kind: 'ReleaseJob' }] },
      { layer: 'apps', after: ['apps-before', 'data'], services: [{ service: 'web' }] },
    ],
  });
});

test('counts the objects that synth writes', async () => {
  const folder = project({ 'charts/main.ts': PLATFORM });
  await keelson('synth', { folder });
  const { out } = await keelson('list --output json', { folder });
  const clusters = (JSON.parse(out) as { clusters: ClusterListing[] }).clusters;
  for (const { environment, layers, objects } of clusters.flatMap((each) => each.environments)) {
    const written = Object.keys(tree(join(folder, 'dist/shop/main', environment)));
    expect(objects).toBe(written.filter((path) => !path.endsWith('kustomization.yaml')).length);
    expect(layers.reduce((sum, layer) => sum + layer.objects, 0)).toBe(objects);
  }
});

test('says what is one pod by nature', async () => {
  const program = `
import { definePlatform, Memcached, MemcachedAdmin } from 'keelson';

export default definePlatform({
  name: 'shop',
  clusters: { main: { provider: 'generic', kubernetes: '1.34' } },
  environments: { dev: { cluster: 'main', tier: 'review', domain: 'example.com', settings: {} } },
  compose(env) {
    const pages = new Memcached(env.layer('data'), 'pages', { memory: '64Mi' });
    new MemcachedAdmin(env.layer('tools'), 'admin', {
      image: 'example.com/admin:1.0',
      shows: { PAGES: pages.readWrite },
    });
  },
});
`;
  const folder = project({ 'charts/main.ts': program });
  const { out } = await keelson('list', { folder });
  expect(out).toMatch(/admin +MemcachedAdmin +\d+ objects, best effort\n/);
  expect(out).toMatch(/pages +Memcached +\d+ objects\n/);
});

const SECURE = `
import { definePlatform, WebApp } from 'keelson';

const through = { name: 'edge', from: [{ cidr: '10.0.0.0/8' }], certificate: { clusterIssuer: 'a' } };

export default definePlatform({
  name: 'shop',
  clusters: {
    main: { provider: 'generic', kubernetes: '1.34' },
    old: { provider: 'generic', kubernetes: '1.34', operators: 'present' },
  },
  environments: {
    qa: { cluster: 'main', tier: 'review', domain: 'qa.example.com', metrics: 'prometheus', settings: {} },
    dev: { cluster: ['main', 'old'], tier: 'review', domain: 'example.com', settings: {} },
  },
  compose(env) {
    const expose = { host: env.domain, through };
    new WebApp(env.layer('apps'), 'web', { image: 'web:1', port: 8000, metrics: {}, expose });
  },
});
`;

test('says who needs which operator, in which version', async () => {
  const folder = project({ 'charts/main.ts': SECURE });
  const { code, out } = await keelson('list --operators', { folder });
  expect({ code, out }).toEqual({
    code: 0,
    out: `shop on cluster main
  cert-manager v1.20.2: dev/web, qa/web
  prometheus-operator 88.3.0: qa/web

shop on cluster old
  cert-manager present: dev/web
`,
  });
  const one = await keelson('list --operators --env dev --cluster main --output json', { folder });
  expect(JSON.parse(one.out).clusters).toEqual([
    {
      platform: 'shop',
      cluster: 'main',
      operators: [{ operator: 'cert-manager', version: 'v1.20.2', neededBy: ['dev/web'] }],
    },
  ]);
});
