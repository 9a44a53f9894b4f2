import { expect, test } from 'vitest';
import type * as k8s from '#imports/k8s.ts';
import { type Access, through } from '../../src/core/access.ts';
import type { Model } from '../../src/core/model.ts';
import { definePlatform } from '../../src/core/platform.ts';
import { Redis, type RedisProps } from '../../src/services/redis.ts';
import { WebApp } from '../../src/services/web-app.ts';
import { Worker } from '../../src/services/worker.ts';
import {
  CLUSTER,
  finished,
  listed,
  modelOf,
  modelOfAll,
  objectOf,
  type SynthOptions,
  specOf,
  synth,
} from '../synth.ts';

const everyProp: Required<RedisProps> = {
  memory: '2Gi',
  availability: 'replicated',
  replicas: 5,
  sentinels: 5,
  downAfterSeconds: 10,
  modules: ['json', 'search'],
  backup: {
    schedule: '*/30 * * * *',
    maxAgeHours: 2,
    restoreDrill: { schedule: '0 6 * * 1', maxAgeHours: 200 },
  },
  storage: '50Gi',
  whenFull: 'allkeys-lru',
  version: '7.2.0',
  renamedFrom: 'sessions',
  retire: true,
};

const minimal: RedisProps = { memory: '512Mi' };
const WITH_METRICS: SynthOptions = { environment: { metrics: 'prometheus' } };
const WITH_ALL: SynthOptions = {
  environment: {
    metrics: 'prometheus',
    backups: { bucket: 's3://shop-backups/prod', region: 'eu-central-1' },
  },
};

test.each([
  ['defaults', minimal, {}],
  ['defaults-preproduction', minimal, { environment: { tier: 'preproduction' } }],
  ['defaults-review', minimal, { environment: { tier: 'review' } }],
  ['every-prop', everyProp, WITH_ALL],
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

test('no password is in an object: of clients there are rules to read, and hashes by way of Secrets', () => {
  const model = withClients({ reader: (redis) => redis.keys('mail:*').read });
  expect(model.secrets.map(({ name }) => name)).toEqual(['cache-internal', 'cache-reader']);
  expect(model.secrets[1]?.keys).toMatchObject({
    password: { from: 'generated' },
    previous: { from: 'generated' },
    hashes: { from: 'template', template: '#{password-sha256} #{previous-sha256}' },
  });
  expect(objectOf(model, 'ConfigMap', 'cache-users')['data']).toMatchObject({
    'reader.rules': expect.stringContaining('%R~mail:* &mail:* +@read'),
  });
  expect(listed(model)).not.toContainEqual(expect.stringContaining('Secret'));
});

test('the server never gets a password as an argument or from a file of ours', () => {
  const [container] = podOf().containers;
  expect(container?.args).toBeUndefined();
  expect(container?.command?.[2]).toMatch(/exec redis-server - <<END\n(.*\n)*masterauth /);
  expect(objectOf(cache(), 'ConfigMap', 'cache-config')['data']).toEqual({
    'redis.conf': expect.not.stringMatching(/auth|pass/),
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

test('it is not ready while it loads its data, and is not killed for it', () => {
  const [container] = podOf({ availability: 'single' }).containers;
  const probe = 'redis-cli --no-auth-warning --user _probe --pass - ping | grep -q';
  expect(container?.startupProbe?.exec?.command?.[2]).toBe(`${probe} PONG`);
  expect(container?.readinessProbe?.exec?.command?.[2]).toBe(`${probe} -e PONG -e MISCONF`);
  expect(container?.livenessProbe?.exec?.command?.[2]).toContain(`${probe} -e PONG -e LOADING -e`);
});

test('a single one has no budget: its pod may always be moved by a drain', () => {
  expect(listed(cache({ availability: 'single' }))).toEqual([
    'apps: ConfigMap cache-config',
    'apps: ConfigMap cache-users',
    'apps: Service cache',
    'apps: ServiceAccount cache',
    'apps: StatefulSet cache',
  ]);
});

test.each([
  ['production', 3],
  ['preproduction', 3],
  ['review', 1],
] as const)('in %s it has servers: %d', (tier, count) => {
  const model = cache({}, { environment: { tier } });
  expect(specOf<k8s.StatefulSetSpec>(model, 'StatefulSet', 'cache').replicas).toBe(count);
});

test('a replicated one votes: budgets let one pod go, and only while the others can vote', () => {
  for (const name of ['cache', 'cache-sentinel']) {
    expect(specOf(cache(), 'PodDisruptionBudget', name)).toMatchObject({
      maxUnavailable: 1,
      unhealthyPodEvictionPolicy: 'IfHealthyBudget',
    });
    const { template } = specOf<k8s.StatefulSetSpec>(cache(), 'StatefulSet', name);
    expect(template.spec?.topologySpreadConstraints?.[0]).toMatchObject({
      topologyKey: 'topology.kubernetes.io/zone',
      whenUnsatisfiable: 'DoNotSchedule',
    });
  }
});

test('each server has a name that resolves while its pod is gone', () => {
  for (const name of ['cache-0', 'cache-1', 'cache-2']) {
    expect(specOf(cache(), 'Service', name)).toMatchObject({
      publishNotReadyAddresses: true,
      selector: { 'statefulset.kubernetes.io/pod-name': name },
    });
    expect(specOf<k8s.ServiceSpec>(cache(), 'Service', name).clusterIP).toBeUndefined();
  }
});

test.each([
  [3, '2'],
  [5, '3'],
])('of %d Sentinels more than half must agree', (sentinels, quorum) => {
  const { template } = specOf<k8s.StatefulSetSpec>(
    cache({ sentinels }),
    'StatefulSet',
    'cache-sentinel',
  );
  expect(template.spec?.containers[0]?.env).toContainEqual({ name: 'QUORUM', value: quorum });
  expect(podOf({ sentinels }).containers[0]?.env).toContainEqual({ name: 'QUORUM', value: quorum });
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

type Ask = (redis: Redis) => Access;

function withClients(asks: Readonly<Record<string, Ask>>, props: Partial<RedisProps> = {}) {
  return modelOf((scope) => {
    const redis = new Redis(scope, 'cache', { ...minimal, ...props });
    for (const [name, ask] of Object.entries(asks)) {
      new Worker(scope, name, { image: 'shop', uses: { CACHE: ask(redis) } });
    }
  });
}

const envOf = (model: Model, name: string) =>
  specOf<k8s.DeploymentSpec>(model, 'Deployment', name).template.spec?.containers[0]?.env;
const ruleOf = (model: Model, user: string) =>
  (objectOf(model, 'ConfigMap', 'cache-users')['data'] as Record<string, string>)[`${user}.rules`];
const fromSecret = (name: string, key: string) => ({
  name: `CACHE_${key.toUpperCase()}`,
  valueFrom: { secretKeyRef: { name, key } },
});

test('clients of a single one get its address, a user of their own, and all of it as a URL', () => {
  const model = withClients(
    { mailer: (redis) => redis.keys('*').read },
    { availability: 'single' },
  );
  expect(envOf(model, 'mailer')).toEqual([
    { name: 'CACHE_HOST', value: 'cache' },
    { name: 'CACHE_PORT', value: '6379' },
    { name: 'CACHE_TLS', value: 'false' },
    { name: 'CACHE_USER', value: 'mailer' },
    fromSecret('cache-mailer', 'password'),
    fromSecret('cache-mailer', 'url'),
  ]);
  const [, secret] = model.secrets;
  expect(secret?.keys['url']).toEqual({
    from: 'template',
    template: 'redis://mailer:{password:url}@cache:6379/0',
  });
});

test('clients of a replicated one are told whom to ask for the master, and get no address and no URL', () => {
  const model = withClients({ mailer: (redis) => redis.keys('*').read });
  const hosts = [0, 1, 2].map(
    (at) => `cache-sentinel-${at}.cache-sentinel.test-prod.svc.cluster.local:26379`,
  );
  expect(envOf(model, 'mailer')).toEqual([
    { name: 'CACHE_TLS', value: 'false' },
    { name: 'CACHE_MASTER', value: 'cache' },
    { name: 'CACHE_SENTINELS', value: hosts.join(',') },
    { name: 'CACHE_USER', value: 'mailer' },
    fromSecret('cache-mailer', 'password'),
  ]);
  expect(
    specOf<k8s.NetworkPolicySpec>(model, 'NetworkPolicy', 'mailer-to-cache').egress,
  ).toHaveLength(2);
});

test('a proxy stands between: the address and the URL of the server itself are not for the client', () => {
  const proxy = { owner: undefined, protocol: 'redis', host: 'proxy.example.com', port: 6380 };
  const model = withClients(
    { mailer: (redis) => through(proxy, redis.keys('*').read) },
    { availability: 'single' },
  );
  const names = envOf(model, 'mailer')?.map(({ name }) => name);
  expect(names).toEqual(['CACHE_HOST', 'CACHE_PORT', 'CACHE_USER', 'CACHE_PASSWORD']);
});

test('a client with two patterns is one user with both rights, and a migration is its service', () => {
  const model = modelOf((scope) => {
    const redis = new Redis(scope, 'cache', minimal);
    const uses = { MAIL: redis.keys('mail:*').read, OWN: redis.keys('own:*').readWrite };
    new WebApp(scope, 'shop', { image: 'shop', port: 8000, uses, migrate: { command: ['/m'] } });
  });
  expect(ruleOf(model, 'shop')).toMatch(/ %R~mail:\* ~own:\* &own:\* /);
  expect(model.secrets.map(({ name }) => name)).toEqual(['cache-internal', 'cache-shop']);
});

test('rules stand in the order of patterns, never in that of the code', () => {
  const both = (first: string, second: string) =>
    modelOf((scope) => {
      const redis = new Redis(scope, 'cache', minimal);
      const uses = { A: redis.keys(first).read, B: redis.keys(second).read };
      new Worker(scope, 'mailer', { image: 'shop', uses });
    });
  expect(ruleOf(both('a', 'b'), 'mailer')).toBe(ruleOf(both('b', 'a'), 'mailer'));
});

test('a client of another environment brings its name along', () => {
  const model = finished(
    definePlatform({
      name: 'test',
      clusters: { test: CLUSTER },
      environments: {
        qa: { cluster: 'test', tier: 'review', domain: 'qa.example.com', settings: undefined },
      },
      composeCluster: (cluster) => new Redis(cluster.layer('data'), 'cache', minimal),
      compose(env) {
        const uses = { CACHE: env.shared.keys('*').read };
        new Worker(env.layer('apps'), 'mailer', { image: 'shop:1', uses });
      },
    }),
    'test',
  );
  expect(envOf(model, 'mailer')).toContainEqual({ name: 'CACHE_USER', value: 'qa-mailer' });
  expect(ruleOf(model, 'qa-mailer')).toContain('%R~*');
  const url = model.secrets.find(({ name }) => name === 'cache-qa-mailer')?.keys['url'];
  expect(url).toMatchObject({
    template: expect.stringContaining('@cache.test-shared.svc.cluster.local:'),
  });
});

test.each(['default', 'internal'])("fails when a client's user would be '%s'", (name) => {
  expect(() => withClients({ [name]: (redis) => redis.keys('*').read })).toThrow(
    `prod/apps/${name}: its user at 'cache' would be '${name}', which Redis or Keelson has for itself`,
  );
});

test('fails when two clients would be one user', () => {
  const build = () =>
    modelOfAll((env) => {
      const redis = new Redis(env.layer('data'), 'cache', minimal);
      const uses = { CACHE: redis.keys('*').read };
      for (const layer of [
        env.layer('a', { namespace: 'a' }),
        env.layer('b', { namespace: 'b' }),
      ]) {
        new Worker(layer, 'mailer', { image: 'shop', uses });
      }
    });
  expect(build).toThrow(
    "prod/b/mailer: its user at 'cache' would be 'mailer', which 'prod/a/mailer' has",
  );
});

test.each(['', 'a b', 'a\n~*', '(a)', undefined])('fails on the pattern %j', (pattern) => {
  expect(() => withClients({ mailer: (redis) => redis.keys(pattern as string).read })).toThrow(
    "prod/apps/cache: 'keys' must be given a pattern, got ",
  );
});

test('fails in production on fewer zones than Sentinels need, and not with a single one', () => {
  const on =
    (zones: string[], props: Partial<RedisProps> = {}) =>
    () =>
      cache(props, { cluster: { zones } });
  expect(on(['a', 'b'])).toThrow(
    "prod/apps/cache: 'availability' is 'replicated', and cluster 'test' has 2 zones: losing one would take half of the Sentinels",
  );
  expect(on(['a', 'b'], { availability: 'single' })).not.toThrow();
  expect(on([])).not.toThrow();
});

test('with metrics it is scraped and has rules; without it has neither', () => {
  const kinds = (options?: SynthOptions) =>
    listed(cache({}, options)).filter((line) => /PodMonitor|PrometheusRule/.test(line));
  expect(kinds(WITH_METRICS)).toEqual(['apps: PodMonitor cache', 'apps: PrometheusRule cache']);
  expect(kinds()).toEqual([]);
});

test.each([
  [{ memory: '512MB' }, `'memory' must be an amount in Ki, Mi, Gi, Ti or Pi, got "512MB"`],
  [{ memory: '' }, `'memory' must be an amount in Ki, Mi, Gi, Ti or Pi, got ""`],
  [{ memory: '1Ki' }, `'memory' must be 64Mi or more, got "1Ki"`],
  [{ storage: '0Gi' }, `'storage' must be an amount in Ki, Mi, Gi, Ti or Pi, got "0Gi"`],
  [{ version: '6.0.0' }, `'version' is "6.0.0", which has no image`],
  [{ availability: 'high' }, `'availability' must be 'single' or 'replicated', got "high"`],
  [{ replicas: 1 }, "'replicas' must be a whole number from 2 to 9, got 1"],
  [{ replicas: Number.NaN }, "'replicas' must be a whole number from 2 to 9, got NaN"],
  [{ sentinels: 4 }, "'sentinels' must be 3, 5, 7 or 9, got 4"],
  [{ sentinels: 1 }, "'sentinels' must be 3, 5, 7 or 9, got 1"],
  [
    { downAfterSeconds: 0 },
    "'downAfterSeconds' must be a whole number of seconds, 1 or more, got 0",
  ],
  [{ modules: ['graph'] }, `'modules' names "graph", which Redis Stack has not`],
])('fails with %j', (props, message) => {
  expect(() => cache(props as Partial<RedisProps>)).toThrow(`prod/apps/cache: ${message}`);
});

test('fails when the former name is none', () => {
  expect(() => cache({ renamedFrom: 'Sessions' })).toThrow(
    "prod/apps/cache: service id 'Sessions' must be a DNS label (a-z, 0-9, '-') of at most 40 letters",
  );
});

const withBackups = (environment: SynthOptions['environment'] = {}): SynthOptions => ({
  environment: { backups: { bucket: 's3://shop-backups/prod' }, ...environment },
  cluster: { region: 'eu-west-1' },
});
const jobsOf = (model: Model) => listed(model).filter((line) => line.includes('CronJob'));

test('data is saved where the environment has a bucket and its tier asks for it', () => {
  expect(jobsOf(cache({}, withBackups()))).toEqual([
    'apps: CronJob cache-backup',
    'apps: CronJob cache-drill',
  ]);
  expect(jobsOf(cache())).toEqual([]);
  expect(jobsOf(cache({ backup: false }, withBackups()))).toEqual([]);
  expect(jobsOf(cache({}, withBackups({ tier: 'review' })))).toEqual([]);
  const nightly = { backup: { schedule: '0 3 * * *' } };
  expect(jobsOf(cache(nightly, withBackups({ tier: 'review' })))).toHaveLength(2);
});

test('a backup reads all data and nothing else, and its drill cannot reach the servers', () => {
  const model = cache({}, withBackups());
  expect(ruleOf(model, 'cache-backup')).toBe(
    'resetkeys resetchannels -@all +ping +sync +psync +replconf +dbsize +role\n',
  );
  expect(listed(model).filter((line) => /NetworkPolicy cache-(backup|drill)/.test(line))).toEqual([
    'apps: NetworkPolicy cache-backup-external-store',
    'apps: NetworkPolicy cache-backup-to-cache',
    'apps: NetworkPolicy cache-drill-external-store',
  ]);
});

test('somebody gives the keys of the bucket, unless a cloud role opens it', () => {
  const cloudRole = 'arn:aws:iam::111122223333:role/backups';
  const secrets = (options: SynthOptions) =>
    cache({}, options)
      .secrets.map(({ name }) => name)
      .filter((name) => name.endsWith('-store'));
  expect(secrets(withBackups())).toEqual(['cache-backup-store', 'cache-drill-store']);
  const role = withBackups({ backups: { bucket: 's3://shop-backups', cloudRole } });
  expect(secrets(role)).toEqual([]);
  expect(objectOf(cache({}, role), 'ServiceAccount', 'cache-backup').metadata.annotations).toEqual({
    'eks.amazonaws.com/role-arn': cloudRole,
  });
});

test.each([
  [{ maxAgeHours: 0 }, "'backup.maxAgeHours' must be a whole number of hours, 1 or more, got 0"],
  [{ schedule: 'hourly' }, '\'schedule\' must have five fields, got "hourly"'],
  [{ restoreDrill: { schedule: '' } }, '\'schedule\' must have five fields, got ""'],
])('fails with the backup %j', (backup, message) => {
  expect(() => cache({ backup }, withBackups())).toThrow(`prod/apps/cache: ${message}`);
});
