import { expect, test } from 'vitest';
import type * as k8s from '#imports/k8s.ts';
import { Redis, type RedisProps } from '../../src/services/redis.ts';
import { Worker } from '../../src/services/worker.ts';
import { listed, modelOf, objectOf, type SynthOptions, specOf, synth } from '../synth.ts';

const everyProp: Required<RedisProps> = {
  memory: '2Gi',
  storage: '50Gi',
  whenFull: 'allkeys-lru',
  version: '7.2.0',
  renamedFrom: 'sessions',
  retire: true,
};

const minimal: RedisProps = { memory: '512Mi' };

test.each([
  ['defaults', minimal, {}],
  ['defaults-preproduction', minimal, { environment: { tier: 'preproduction' } }],
  ['defaults-review', minimal, { environment: { tier: 'review' } }],
  ['every-prop', everyProp, {}],
] as const satisfies [string, RedisProps, SynthOptions][])(
  'golden: %s',
  async (golden, props, options) => {
    const yaml = synth((scope) => new Redis(scope, 'cache', props), options);
    await expect(yaml).toMatchFileSnapshot(`../golden/redis/${golden}.yaml`);
  },
);

function cache(props: Partial<RedisProps> = {}, options?: SynthOptions) {
  return modelOf((scope) => new Redis(scope, 'cache', { ...minimal, ...props }), options);
}

function podOf(props?: Partial<RedisProps>): k8s.PodSpec {
  return specOf<k8s.StatefulSetSpec>(cache(props), 'StatefulSet', 'cache').template
    .spec as k8s.PodSpec;
}

test('the password is in no object: the server reads it from its environment', () => {
  const model = cache();
  expect(model.secrets).toMatchObject([
    { name: 'cache-auth', keys: { password: { from: 'generated' } } },
  ]);
  expect(podOf().containers[0]?.env).toEqual([
    { name: 'REDISCLI_AUTH', valueFrom: { secretKeyRef: { name: 'cache-auth', key: 'password' } } },
  ]);
  expect(listed(model)).not.toContainEqual(expect.stringContaining('Secret'));
});

test('the server never gets the password as an argument or from a file', () => {
  const [container] = podOf().containers;
  expect(container?.args).toBeUndefined();
  expect(container?.command?.[2]).toMatch(/^exec redis-server - <<END\n.*\nrequirepass /);
  expect(objectOf(cache(), 'ConfigMap', 'cache-config')['data']).toEqual({
    'redis.conf': expect.not.stringContaining('requirepass'),
  });
});

test('data fills at most 70 percent of the memory, so that a snapshot has room', () => {
  expect(objectOf(cache({ memory: '1Gi' }), 'ConfigMap', 'cache-config')['data']).toEqual({
    'redis.conf': expect.stringContaining('maxmemory 734003kb\n'),
  });
});

test('changed configuration restarts it', () => {
  const hash = (props: Partial<RedisProps>) =>
    specOf<k8s.StatefulSetSpec>(cache(props), 'StatefulSet', 'cache').template.metadata
      ?.annotations;
  expect(hash({ memory: '1Gi' })).not.toEqual(hash({ memory: '2Gi' }));
});

test('it is not alive or ready while it loads its data', () => {
  const [container] = podOf().containers;
  for (const probe of [
    container?.startupProbe,
    container?.readinessProbe,
    container?.livenessProbe,
  ]) {
    expect(probe?.exec?.command?.[2]).toBe('redis-cli ping | grep -q PONG');
  }
});

test('it has no budget: one pod may always be moved by a drain', () => {
  expect(listed(cache())).toEqual([
    'apps: ConfigMap cache-config',
    'apps: Service cache',
    'apps: ServiceAccount cache',
    'apps: StatefulSet cache',
  ]);
});

test('what a review environment leaves behind is nothing, and a lasting one keeps its volume', () => {
  const retention = (tier: 'production' | 'review') =>
    specOf<k8s.StatefulSetSpec>(cache({}, { environment: { tier } }), 'StatefulSet', 'cache')
      .persistentVolumeClaimRetentionPolicy;
  expect(retention('review')?.whenDeleted).toBe('Delete');
  expect(retention('production')).toBeUndefined();
});

test('a renamed one keeps the name that its data has', () => {
  const model = cache({ renamedFrom: 'sessions' });
  expect(objectOf(model, 'StatefulSet', 'sessions').metadata.name).toBe('sessions');
  expect(listed(model).filter((line) => line.includes('cache'))).toEqual([]);
});

test('retiring is said on the object that holds the data', () => {
  expect(objectOf(cache({ retire: true }), 'StatefulSet', 'cache').metadata.annotations).toEqual({
    'keelson.dev/retire': 'true',
  });
});

test('clients get its address, whether it speaks TLS, the user and the password', () => {
  const model = modelOf((scope) => {
    const redis = new Redis(scope, 'cache', minimal);
    new Worker(scope, 'mailer', { image: 'shop', uses: { CACHE: redis.keys('mail:*').read } });
  });
  const { spec } = specOf<k8s.DeploymentSpec>(model, 'Deployment', 'mailer').template;
  expect(spec?.containers[0]?.env).toEqual([
    { name: 'CACHE_HOST', value: 'cache' },
    { name: 'CACHE_PORT', value: '6379' },
    { name: 'CACHE_TLS', value: 'false' },
    { name: 'CACHE_USER', value: 'default' },
    {
      name: 'CACHE_PASSWORD',
      valueFrom: { secretKeyRef: { name: 'cache-auth', key: 'password' } },
    },
  ]);
});

test.each([
  [{ memory: '512MB' }, `'memory' must be an amount in Ki, Mi, Gi, Ti or Pi, got "512MB"`],
  [{ memory: '' }, `'memory' must be an amount in Ki, Mi, Gi, Ti or Pi, got ""`],
  [{ memory: '1Ki' }, `'memory' must be 64Mi or more, got "1Ki"`],
  [{ storage: '0Gi' }, `'storage' must be an amount in Ki, Mi, Gi, Ti or Pi, got "0Gi"`],
  [{ version: '6.0.0' }, `'version' is "6.0.0", which has no image`],
])('fails with %j', (props, message) => {
  expect(() => cache(props as Partial<RedisProps>)).toThrow(`prod/apps/cache: ${message}`);
});

test('fails when the former name is none', () => {
  expect(() => cache({ renamedFrom: 'Sessions' })).toThrow(
    "prod/apps/cache: service id 'Sessions' must be a DNS label (a-z, 0-9, '-') of at most 40 letters",
  );
});
