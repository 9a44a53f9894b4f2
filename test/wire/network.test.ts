import { expect, test } from 'vitest';
import type * as k8s from '#imports/k8s.ts';
import { external } from '../../src/core/access.ts';
import { definePlatform } from '../../src/core/platform.ts';
import { Redis } from '../../src/services/redis.ts';
import { WebApp } from '../../src/services/web-app.ts';
import { Worker } from '../../src/services/worker.ts';
import { CLUSTER, finished, listed, modelOf, modelOfAll, objectOf, specOf } from '../synth.ts';

const policyOf = (model: ReturnType<typeof modelOf>, name: string): k8s.NetworkPolicySpec =>
  specOf<k8s.NetworkPolicySpec>(model, 'NetworkPolicy', name);

const selectorOf = (name: string, software = name) => ({
  matchLabels: { 'app.kubernetes.io/name': software, 'app.kubernetes.io/instance': name },
});

test('a connection opens both sides, for exactly these pods and this port', () => {
  const model = modelOf((scope) => {
    const cache = new Redis(scope, 'cache', { memory: '64Mi', availability: 'single' });
    new Worker(scope, 'mailer', { image: 'shop', uses: { CACHE: cache.keys('*').read } });
  });
  expect(policyOf(model, 'mailer-to-cache')).toEqual({
    podSelector: selectorOf('mailer'),
    policyTypes: ['Egress'],
    egress: [
      {
        to: [{ podSelector: selectorOf('cache', 'redis') }],
        ports: [{ protocol: 'TCP', port: 6379 }],
      },
    ],
  });
  expect(policyOf(model, 'cache-from-mailer')).toEqual({
    podSelector: selectorOf('cache', 'redis'),
    policyTypes: ['Ingress'],
    ingress: [
      { from: [{ podSelector: selectorOf('mailer') }], ports: [{ protocol: 'TCP', port: 6379 }] },
    ],
  });
});

test('a policy names the port of the pods, for it never sees that of the Service', () => {
  const model = modelOf((scope) => {
    const shop = new WebApp(scope, 'shop', { image: 'shop', port: 8000 });
    new Worker(scope, 'mailer', { image: 'shop', uses: { SHOP: shop.http } });
  });
  expect(policyOf(model, 'mailer-to-shop').egress?.[0]?.ports).toEqual([
    { protocol: 'TCP', port: 8000 },
  ]);
});

test('several connections of one pair share one policy on each side', () => {
  const model = modelOf((scope) => {
    const cache = new Redis(scope, 'cache', { memory: '64Mi', availability: 'single' });
    const uses = { READS: cache.keys('a').read, WRITES: cache.keys('b').readWrite };
    new Worker(scope, 'mailer', { image: 'shop', uses });
  });
  expect(listed(model).filter((line) => line.includes('NetworkPolicy'))).toEqual([
    'apps: NetworkPolicy cache-from-mailer',
    'apps: NetworkPolicy mailer-to-cache',
  ]);
});

test('outside without addresses is anywhere but inside', () => {
  const model = modelOf((scope) => {
    const uses = { PAY_API: external('pay.example.com', 8443) };
    new Worker(scope, 'mailer', { image: 'shop', uses });
  });
  expect(policyOf(model, 'mailer-external-pay-api').egress).toEqual([
    {
      to: [
        {
          ipBlock: {
            cidr: '0.0.0.0/0',
            except: expect.arrayContaining([
              '10.0.0.0/8',
              '172.16.0.0/12',
              '192.168.0.0/16',
              '169.254.0.0/16',
            ]),
          },
        },
      ],
      ports: [{ protocol: 'TCP', port: 8443 }],
    },
  ]);
});

test('the policy itself says that nobody said where a host is; an address is its own block', () => {
  const model = modelOf((scope) => {
    const uses = {
      PAY_API: external('pay.example.com', 8443),
      OLD_DB: external('10.1.2.3', 5432, { protocol: 'postgres' }),
      SIX: external('fd00::7', 5432),
    };
    new Worker(scope, 'mailer', { image: 'shop', uses });
  });
  expect(objectOf(model, 'NetworkPolicy', 'mailer-external-pay-api').metadata.annotations).toEqual({
    'keelson.dev/addresses': 'any but private ones: nobody said where pay.example.com is',
  });
  const old = objectOf(model, 'NetworkPolicy', 'mailer-external-old-db');
  expect(old.metadata.annotations).toBeUndefined();
  expect(old['spec']).toMatchObject({ egress: [{ to: [{ ipBlock: { cidr: '10.1.2.3/32' } }] }] });
  expect(policyOf(model, 'mailer-external-six').egress).toMatchObject([
    { to: [{ ipBlock: { cidr: 'fd00::7/128' } }] },
  ]);
});

test('clients of other namespaces never share a name, however names are cut', () => {
  const place = { cluster: 'test', tier: 'review', domain: 'a.b', settings: undefined } as const;
  const platform = definePlatform({
    name: 'test',
    clusters: { test: CLUSTER },
    environments: { qa: place, 'qa-eu': place },
    composeCluster: (cluster) =>
      new WebApp(cluster.layer('logs'), 'logs', { image: 'logs:1', port: 8000 }),
    compose(env) {
      const uses = { LOGS: env.shared.http };
      new Worker(env.layer('apps'), env.name === 'qa' ? 'eu-web' : 'web', { image: 'web:1', uses });
      new Worker(env.layer('tools', { namespace: 'tools' }), 'web', { image: 'web:1', uses });
    },
  });
  const names = finished(platform, 'test', { shared: {}, qa: {}, 'qa-eu': {} })
    .entries.filter(({ object }) => object.kind === 'NetworkPolicy')
    .map(({ object }) => object.metadata.name);
  expect(names.filter((name) => name.startsWith('logs-from-')).sort()).toEqual([
    'logs-from-qa-eu-tools.web',
    'logs-from-qa-eu.web',
    'logs-from-qa-tools.web',
    'logs-from-qa.eu-web',
  ]);
});

test('a second group of pods is called by the program that runs there', () => {
  const model = modelOf((scope) => {
    const cache = new Redis(scope, 'cache', { memory: '64Mi', availability: 'replicated' });
    new Worker(scope, 'mailer', { image: 'shop', uses: { A: cache.keys('*').read } });
  });
  expect(listed(model)).toEqual(
    expect.arrayContaining([
      'apps: NetworkPolicy cache-from-mailer',
      'apps: NetworkPolicy cache-from-mailer-redis-sentinel',
    ]),
  );
});

test('an alias and a service of one name do not meet', () => {
  const model = modelOf((scope) => {
    const cache = new Redis(scope, 'cache', { memory: '64Mi', availability: 'single' });
    const uses = { A: cache.keys('*').read, CACHE: external('cache.example.com', 443) };
    new Worker(scope, 'mailer', { image: 'shop', uses });
  });
  expect(listed(model).filter((line) => line.includes(' mailer-'))).toEqual([
    'apps: NetworkPolicy mailer-external-cache',
    'apps: NetworkPolicy mailer-to-cache',
  ]);
});

test('every namespace is closed, and nothing but DNS is open', () => {
  const model = modelOfAll((env) => {
    new Worker(env.layer('apps'), 'mailer', { image: 'shop' });
    new Worker(env.layer('jobs', { namespace: 'jobs' }), 'runner', { image: 'shop' });
  });
  const policies = model.entries.filter(({ object }) => object.kind === 'NetworkPolicy');
  expect(
    policies.map(({ object }) => `${object.metadata.namespace} ${object.metadata.name}`),
  ).toEqual([
    'test-prod allow-dns',
    'test-prod default-deny',
    'test-prod-jobs allow-dns',
    'test-prod-jobs default-deny',
  ]);
  for (const { object } of policies) {
    const spec = object['spec'] as k8s.NetworkPolicySpec;
    expect(spec.podSelector).toEqual({});
    if (object.metadata.name === 'default-deny') {
      expect(spec).toEqual({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
    } else {
      expect(spec.egress).toEqual([
        {
          ports: [
            { protocol: 'UDP', port: 53 },
            { protocol: 'TCP', port: 53 },
          ],
        },
      ]);
    }
  }
});

test('a namespace says its level and pins the version, so that an upgrade turns no pod away', () => {
  const model = modelOf(() => {}, { cluster: { kubernetes: '1.33' } });
  const { labels } = objectOf(model, 'Namespace', 'test-prod').metadata;
  for (const mode of ['enforce', 'warn', 'audit']) {
    expect(labels?.[`pod-security.kubernetes.io/${mode}`]).toBe('restricted');
    expect(labels?.[`pod-security.kubernetes.io/${mode}-version`]).toBe('v1.33');
  }
});

test('a namespace for what needs more says why, and the others stay as they are', () => {
  const podSecurity = { level: 'privileged', because: 'agents read the logs of the node' } as const;
  const model = modelOfAll((env) => {
    new Worker(env.layer('agents', { namespace: 'agents', podSecurity }), 'agent', {
      image: 'shop',
    });
  });
  const levelOf = (name: string) =>
    objectOf(model, 'Namespace', name).metadata.labels?.['pod-security.kubernetes.io/enforce'];
  expect([levelOf('test-prod'), levelOf('test-prod-agents')]).toEqual(['restricted', 'privileged']);
  expect(objectOf(model, 'Namespace', 'test-prod-agents').metadata.annotations).toMatchObject({
    'keelson.dev/pod-security-because': 'agents read the logs of the node',
  });
});

test.each([
  ['production', 'disabled'],
  ['preproduction', 'disabled'],
  ['review', undefined],
] as const)('Flux may not remove the namespace of what lasts: %s', (tier, prune) => {
  const model = modelOf(() => {}, { environment: { tier } });
  const { annotations } = objectOf(model, 'Namespace', 'test-prod').metadata;
  expect(annotations?.['kustomize.toolkit.fluxcd.io/prune']).toBe(prune);
});

test.each(['production', 'preproduction', 'review'] as const)(
  '%s bounds what its namespace may ask for',
  (tier) => {
    const model = modelOf(() => {}, { environment: { tier } });
    expect(specOf(model, 'ResourceQuota', 'environment')).toEqual({
      hard: {
        'requests.cpu': expect.stringMatching(/^\d+$/),
        'requests.memory': expect.stringMatching(/^\d+Gi$/),
        pods: expect.stringMatching(/^\d+$/),
      },
    });
    expect(specOf(model, 'LimitRange', 'containers')).toMatchObject({
      limits: [{ type: 'Container', defaultRequest: { cpu: expect.anything() } }],
    });
  },
);

test.each([
  [{ podSecurity: { level: 'privileged', because: 'x' } }, 'without a namespace of its own'],
  [{ namespace: 'a', podSecurity: { level: 'baseline' } }, "without 'because'"],
  [{ namespace: '../a' }, 'has \'namespace\' "../a"'],
] as const)('fails with the layer options %j', (options, message) => {
  expect(() => modelOfAll((env) => env.layer('agents', options))).toThrow(message);
});

test.each([
  ['aws', 'ingress', 'enabled'],
  ['aws', 'gateway', undefined],
  ['generic', 'ingress', undefined],
] as const)('on %s by %s, a rollout waits for the balancer: %s', (provider, ingress, gate) => {
  const model = modelOf(() => {}, { cluster: { provider }, environment: { ingress } });
  const { labels } = objectOf(model, 'Namespace', 'test-prod').metadata;
  expect(labels?.['elbv2.k8s.aws/pod-readiness-gate-inject']).toBe(gate);
});
