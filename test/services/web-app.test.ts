import { expect, test } from 'vitest';
import { external } from '../../src/core/access.ts';
import type { Edge } from '../../src/core/edge.ts';
import { toYaml } from '../../src/output/yaml.ts';
import { Redis } from '../../src/services/redis.ts';
import { WebApp, type WebAppProps } from '../../src/services/web-app.ts';
import { modelOf, type SynthOptions, synth } from '../synth.ts';

const edge: Required<Edge> = {
  name: 'public',
  from: [{ namespace: 'edge', labels: { 'app.kubernetes.io/name': 'controller' } }],
  namespace: 'edge',
  entryPoint: 'web',
  certificate: { clusterIssuer: 'letsencrypt' },
  annotations: { 'example.com/timeout': '30s' },
};

/** `replicas` is left to a fact of its own: it excludes `scale`. */
const everyProp: Required<Omit<WebAppProps, 'replicas' | 'uses'>> = {
  image: 'shop',
  command: ['/app/server'],
  args: ['--listen', '0.0.0.0:8000'],
  env: { LOG_LEVEL: 'info' },
  files: { '/etc/shop/settings.yaml': 'currency: EUR\nlanguages: [de, en]\n' },
  resources: { cpu: '250m', memory: '512Mi', cpuLimit: '2' },
  serviceAccountToken: true,
  cloudRole: 'arn:aws:iam::111122223333:role/shop',
  scale: {
    min: 4,
    max: 40,
    cpuPercent: 60,
    memoryPercent: 80,
    pods: [{ metric: 'requests_per_second', average: '100' }],
    external: [{ metric: 'queue_length', average: '30', labels: { queue: 'orders' } }],
    behavior: { scaleDown: { stabilizationWindowSeconds: 600 } },
  },
  priority: 'user-facing',
  user: 10001,
  minReadySeconds: 20,
  progressDeadlineSeconds: 900,
  drainSeconds: 15,
  shutdownSeconds: 45,
  sidecars: {
    proxy: { image: 'envoy', args: ['--config', '/tmp/envoy.yaml'], env: { A: '1' }, port: 9901 },
  },
  port: 8000,
  ports: { grpc: 9000 },
  health: { live: '/live', ready: '/ready', host: 'shop.example.com', startSeconds: 120 },
  expose: { host: 'shop.example.com', through: edge, path: '/shop' },
  metrics: { path: '/internal/metrics', port: 9100 },
  migrate: {
    command: ['/app/migrate'],
    timeoutSeconds: 1200,
    retries: 0,
    env: { STEP: 'migrate' },
  },
  smokeTest: { image: 'envoy', command: ['/smoke'], resources: { memory: '64Mi' } },
};

const minimal: WebAppProps = { image: 'shop', port: 8000 };

test.each([
  ['defaults', minimal, {}],
  ['defaults-preproduction', minimal, { environment: { tier: 'preproduction' } }],
  ['defaults-review', minimal, { environment: { tier: 'review' } }],
  ['every-prop', everyProp, { environment: { metrics: 'prometheus' } }],
] as const satisfies [string, WebAppProps, SynthOptions][])(
  'golden: %s',
  async (golden, props, options) => {
    const yaml = synth((scope) => {
      const cache = new Redis(scope, 'cache', { memory: '256Mi' });
      const uses = { CACHE: cache.keys('*').readWrite, PAYMENTS: external('api.example.com', 443) };
      new WebApp(scope, 'shop', props === everyProp ? { ...props, uses } : props);
    }, options);
    const own = yaml
      .split('---\n')
      .filter((text) => !text.includes('instance: cache\n    app.kubernetes.io/managed'));
    await expect(own.join('---\n')).toMatchFileSnapshot(`../golden/web-app/${golden}.yaml`);
  },
);

test.each(['ingress', 'traefik', 'gateway'] as const)('golden: exposed by %s', async (ingress) => {
  const routes = new Set(['Ingress', 'IngressRoute', 'HTTPRoute', 'Certificate', 'NetworkPolicy']);
  const build = () =>
    modelOf((scope) => new WebApp(scope, 'shop', { ...minimal, expose: everyProp.expose }), {
      environment: { ingress },
    });
  const shown = build().entries.filter(
    ({ object, origin }) => routes.has(object.kind) && origin.service === 'shop',
  );
  expect(shown.length).toBeGreaterThan(1);
  await expect(shown.map(({ object }) => toYaml(object)).join('---\n')).toMatchFileSnapshot(
    `../golden/web-app/exposed-by-${ingress}.yaml`,
  );
});
