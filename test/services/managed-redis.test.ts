import { expect, test } from 'vitest';
import type * as k8s from '#imports/k8s.ts';
import { ManagedRedis, type ManagedRedisProps } from '../../src/services/managed-redis.ts';
import { Worker } from '../../src/services/worker.ts';
import { listed, modelOf, type SynthOptions, specOf, synth } from '../synth.ts';

const everyProp: Required<ManagedRedisProps> = {
  host: 'birthdays.abc123.memorydb.eu-west-1.amazonaws.com',
  port: 6380,
  cidrs: ['10.20.80.0/20', '10.20.64.0/20'],
  login: 'cloud-role',
  user: 'mailer',
};

const minimal: ManagedRedisProps = { host: 'cache.example.com', cidrs: ['10.0.0.0/16'] };

/** It has no objects of its own, so goldens show it with a client. */
function withClient(props: ManagedRedisProps, options?: SynthOptions) {
  const build = (scope: Parameters<Parameters<typeof synth>[0]>[0]) => {
    const cache = new ManagedRedis(scope, 'cache', props);
    new Worker(scope, 'mailer', { image: 'shop', uses: { CACHE: cache.keys('mail:*').readWrite } });
  };
  return { yaml: synth(build, options), model: modelOf(build, options) };
}

test.each([
  ['defaults', minimal],
  ['every-prop', everyProp],
] as const)('golden: %s', async (golden, props) => {
  const { yaml } = withClient(props, { environment: { tier: 'review' } });
  await expect(yaml).toMatchFileSnapshot(`../golden/managed-redis/${golden}.yaml`);
});

test('it has no objects of its own', () => {
  const model = modelOf((scope) => new ManagedRedis(scope, 'cache', minimal));
  expect(listed(model)).toEqual([]);
});

test('somebody gives its password, unless clients log in by their cloud role', () => {
  expect(withClient(minimal).model.secrets).toMatchObject([
    { name: 'cache-auth', keys: { password: { from: 'human' } } },
  ]);
  expect(withClient(everyProp).model.secrets).toEqual([]);
  expect(withClient(everyProp).yaml).not.toContain('secretKeyRef');
});

test('clients reach its subnets and nothing else', () => {
  const policy = specOf<k8s.NetworkPolicySpec>(
    withClient(everyProp).model,
    'NetworkPolicy',
    'mailer-external-cache',
  );
  expect(policy.egress).toEqual([
    {
      to: [{ ipBlock: { cidr: '10.20.64.0/20' } }, { ipBlock: { cidr: '10.20.80.0/20' } }],
      ports: [{ protocol: 'TCP', port: 6380 }],
    },
  ]);
});

test('a client of `Redis` needs no change: it learns that this one speaks TLS', () => {
  const names = (yaml: string) => [...yaml.matchAll(/name: (CACHE_\w+)/g)].map(([, name]) => name);
  expect(names(withClient(minimal).yaml)).toEqual([
    'CACHE_HOST',
    'CACHE_PORT',
    'CACHE_TLS',
    'CACHE_USER',
    'CACHE_PASSWORD',
    'CACHE_URL',
  ]);
  expect(withClient(minimal).yaml).toContain('name: CACHE_TLS\n          value: "true"');
});

test.each([
  [{ host: 'https://cache' }, `'host' must be a host name, got "https://cache"`],
  [{ host: '' }, `'host' must be a host name, got ""`],
  [{ port: Number.NaN }, 'it is at port NaN'],
  [{ cidrs: ['10.0.0.1'] as const }, 'it is at addresses "10.0.0.1"'],
])('fails with %j', (props, message) => {
  expect(() => withClient({ ...minimal, ...props })).toThrow(`prod/apps/cache: ${message}`);
});

test('fails without any address, which would open all of them', () => {
  const cidrs = [] as unknown as ManagedRedisProps['cidrs'];
  expect(() => withClient({ ...minimal, cidrs })).toThrow(
    'prod/apps/cache: it is at no addresses at all',
  );
});
