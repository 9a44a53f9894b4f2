import fc from 'fast-check';
import type { Edge } from '../../src/core/edge.ts';
import type { CronTaskProps } from '../../src/services/cron-task.ts';
import type { HAProxyProps } from '../../src/services/haproxy.ts';
import type { ManagedPostgresProps } from '../../src/services/managed-postgres.ts';
import type { ManagedRedisProps } from '../../src/services/managed-redis.ts';
import type { MemcachedProps } from '../../src/services/memcached.ts';
import type { PgAdminProps } from '../../src/services/pgadmin.ts';
import type { PgBouncerProps } from '../../src/services/pgbouncer.ts';
import type { PostgresProps } from '../../src/services/postgres.ts';
import type { RedisProps } from '../../src/services/redis.ts';
import type { WebAppProps } from '../../src/services/web-app.ts';
import type { WorkerProps } from '../../src/services/worker.ts';

/** One arbitrary for each prop: a new prop does not compile until it has one. */
type Arbitraries<P> = { readonly [K in keyof Required<P>]: fc.Arbitrary<unknown> };

const ODD = [
  '',
  ' ',
  '..',
  '/etc',
  'a\nb',
  'Ünï',
  'yes',
  '0666',
  '1e3',
  '$' + '{X}',
  '`)',
  '- a: b',
  '#',
  '😀',
];
const oddText = fc.oneof(fc.constantFrom(...ODD), fc.string());
const oddNumber = fc.oneof(
  fc.constantFrom(Number.NaN, 2.5, 0, -1, 80, 65_536, 2 ** 31, 2 ** 53),
  fc.double(),
  fc.integer(),
);
const oddKey = fc.oneof(oddText, fc.constantFrom('__proto__', 'constructor', 'toString'));

const some = (
  of: Readonly<Record<string, fc.Arbitrary<unknown>>>,
  requiredKeys: readonly string[] = [],
) => fc.record(of, { requiredKeys: [...requiredKeys] });

/** What a value is made of: what people write, and what nobody should. */
type Wild = (good: fc.Arbitrary<unknown>, bad: fc.Arbitrary<unknown>) => fc.Arbitrary<unknown>;

const tame = everyProp((good) => good);
const wilder = everyProp((good, bad) => fc.oneof(good, good, bad));

/** Any props, of which exactly one holds values that may be wrong: one mistake hides no other. */
function oneWild(service: keyof typeof tame, required: readonly string[]): fc.Arbitrary<object> {
  const [good, bad] = [tame[service], wilder[service]] as Readonly<
    Record<string, fc.Arbitrary<unknown>>
  >[];
  return fc
    .constantFrom(...Object.keys(good ?? {}))
    .chain((key) => some({ ...good, [key]: bad?.[key] ?? fc.constant(1) }, [...required, key]));
}

/** A fixed number and a range exclude each other: both are given now and then. */
const oneNumber = (props: fc.Arbitrary<object>) =>
  fc.tuple(props, fc.nat(20)).map(([each, luck]) => {
    const { replicas, ...others } = each as { replicas?: unknown; scale?: unknown };
    return luck > 0 && others.scale !== undefined ? others : each;
  });

/** Any props of each service. */
export const ANY_PROPS = {
  WebApp: oneNumber(oneWild('webApp', ['image', 'port'])),
  Worker: oneNumber(oneWild('deployed', ['image'])),
  CronTask: oneWild('cronTask', ['image', 'schedule']),
  Redis: oneWild('redis', ['memory']),
  Memcached: oneWild('memcached', ['memory']),
  Postgres: oneWild('postgres', ['databases']),
  PgBouncer: oneWild('pgbouncer', []),
  PgAdmin: oneWild('pgAdmin', []),
  HAProxy: oneWild('haproxy', []),
  ManagedPostgres: oneWild('managedPostgres', ['host', 'cidrs', 'databases']),
  ManagedRedis: oneWild('managedRedis', ['host', 'cidrs']),
};

function everyProp(wild: Wild) {
  const text = (...good: [string, ...string[]]) => wild(fc.constantFrom(...good), oddText);
  const number = (min: number, max: number) => wild(fc.integer({ min, max }), oddNumber);
  const dictionary = (key: fc.Arbitrary<unknown>, value: fc.Arbitrary<unknown>) =>
    fc.dictionary(wild(key, oddKey) as fc.Arbitrary<string>, value, { maxKeys: 3 });
  /** One or two, and sometimes none. */
  const several = (of: fc.Arbitrary<unknown>) =>
    wild(fc.array(of, { minLength: 1, maxLength: 2 }), fc.constant([]));

  const name = fc.constantFrom('proxy', 'grpc', 'admin');
  const quantity = text('64Mi', '512Mi', '1Gi', '20Gi');
  const image = text('shop', 'envoy', 'quay.io/a/b:1.0');
  const seconds = number(0, 600);
  const resources = some({ cpu: text('100m', '2', '0.5'), memory: quantity, cpuLimit: text('1') });

  const container = {
    image,
    command: fc.array(oddText, { maxLength: 3 }),
    args: fc.array(oddText, { maxLength: 3 }),
    env: dictionary(fc.constantFrom('A', 'LOG_LEVEL', 'CACHE_HOST'), oddText),
    files: dictionary(fc.constantFrom('/etc/app.yaml', '/srv/app.yaml', '/a.b'), oddText),
    resources,
  };
  const account = {
    serviceAccountToken: fc.boolean(),
    cloudRole: text('arn:aws:iam::111122223333:role/a'),
  };
  const user = number(1, 70_000);

  /** Accesses are made while composing; the arbitrary says which. */
  const uses = fc.dictionary(
    wild(fc.constantFrom('CACHE', 'API', 'OTHER_API'), oddKey) as fc.Arbitrary<string>,
    fc.oneof(
      fc.constant({ to: 'redis' }),
      fc.record({
        to: fc.constant('outside'),
        host: text('api.example.com', '10.0.0.1'),
        port: number(1, 65_535),
      }),
      fc.record({
        to: fc.constant('subnets'),
        host: text('db.internal'),
        port: number(1, 65_535),
        cidrs: several(text('10.0.0.0/16', 'fd00::/8')),
      }),
    ),
    { maxKeys: 3 },
  );

  const metric = fc.record({ metric: text('rps', 'queue_length'), average: text('100', '500m') });
  const deployed: Arbitraries<WorkerProps> = {
    ...container,
    ...account,
    uses,
    user,
    replicas: number(1, 9),
    scale: some({
      min: number(1, 5),
      max: number(5, 50),
      cpuPercent: number(1, 100),
      memoryPercent: number(1, 100),
      pods: fc.array(metric, { maxLength: 2 }),
      external: fc.array(metric, { maxLength: 2 }),
      behavior: fc.constant({ scaleDown: { stabilizationWindowSeconds: 60 } }),
    }),
    priority: text('high'),
    minReadySeconds: number(0, 60),
    progressDeadlineSeconds: number(61, 900),
    drainSeconds: seconds,
    shutdownSeconds: seconds,
    sidecars: dictionary(name, some({ ...container, port: number(9900, 9999) }, ['image'])),
  };

  const edge = some(
    {
      name: text('public'),
      from: several(
        wild(fc.constantFrom({ cidr: '10.0.0.0/8' }, { namespace: 'edge' }), fc.constant({})),
      ),
      namespace: text('edge'),
      entryPoint: text('web'),
      certificate: fc.oneof(
        fc.constantFrom('edge', 'given'),
        fc.record({ clusterIssuer: text('letsencrypt') }),
      ),
      annotations: dictionary(fc.constant('a/b'), oddText),
    } satisfies Arbitraries<Edge>,
    ['name', 'from'],
  );
  const job = some({ ...container, timeoutSeconds: seconds, retries: number(0, 9) });

  const webApp: Arbitraries<WebAppProps> = {
    ...deployed,
    port: number(8000, 8999),
    ports: dictionary(name, number(9000, 9999)),
    health: some({
      live: text('/live'),
      ready: text('/ready'),
      host: text('a.b'),
      startSeconds: number(1, 99),
    }),
    expose: some({ host: text('shop.example.com'), through: edge, path: text('/', '/a') }, [
      'host',
      'through',
    ]),
    metrics: some({ path: text('/metrics'), port: number(7000, 7999) }),
    migrate: job,
    smokeTest: job,
  };

  const cronTask: Arbitraries<CronTaskProps> = {
    ...container,
    ...account,
    uses,
    user,
    schedule: text('0 3 * * *', '*/5 * * * MON'),
    timeZone: text('Etc/UTC', 'Europe/Berlin'),
    whenStillRunning: fc.constantFrom('skip', 'replace', 'overlap'),
    timeoutSeconds: number(1, 9999),
    retries: number(0, 9),
  };

  const redis: Arbitraries<RedisProps> = {
    memory: quantity,
    availability: fc.constantFrom('single', 'replicated'),
    replicas: number(2, 9),
    sentinels: wild(fc.constantFrom(3, 5), oddNumber),
    downAfterSeconds: number(1, 600),
    modules: several(text('json', 'search')),
    backup: wild(
      fc.oneof(
        fc.constant(false),
        some({ schedule: text('0 3 * * *'), maxAgeHours: number(1, 99) }),
      ),
      fc.constant({ restoreDrill: { schedule: '' } }),
    ),
    storage: quantity,
    whenFull: fc.constantFrom('noeviction', 'allkeys-lru'),
    version: text('7.2.0'),
    renamedFrom: text('old'),
    retire: fc.boolean(),
  };

  const memcached: Arbitraries<MemcachedProps> = {
    memory: quantity,
    shards: number(1, 9),
    cpu: text('100m', '2'),
    connections: number(1, 9999),
    largestItem: text('1Mi', '8Mi'),
    threads: number(1, 64),
    version: text('1.6.23'),
  };

  const managedRedis: Arbitraries<ManagedRedisProps> = {
    host: text('a.example.com'),
    port: number(1, 65_535),
    cidrs: several(text('10.0.0.0/16')),
    login: fc.constantFrom('password', 'cloud-role'),
    user: oddText,
  };
  const databases = wild(
    fc.subarray(['shop', 'audit_log'], { minLength: 1 }),
    fc.array(oddText, { maxLength: 2 }),
  );
  const postgres: Arbitraries<PostgresProps<string>> = {
    databases,
    instances: wild(fc.constantFrom(1, 2, 3, 5), oddNumber),
    storage: quantity,
    walStorage: quantity,
    memory: text('256Mi', '1Gi'),
    cpu: text('100m', '2'),
    maxConnections: number(20, 900),
    parameters: dictionary(fc.constantFrom('work_mem', 'auto_explain.log_format'), oddText),
    backup: fc.oneof(
      fc.constant(false),
      some({
        schedule: text('17 2 * * *'),
        retentionDays: number(1, 90),
        maxAgeHours: number(1, 90),
        restoreDrill: wild(
          fc.oneof(
            fc.constant(false),
            some({ schedule: text('47 4 * * 0'), maxAgeHours: number(1, 999) }),
          ),
          fc.constant({ schedule: '' }),
        ),
      }),
    ),
    version: text('16.1', '18.4'),
    renamedFrom: text('old'),
    retire: fc.boolean(),
  };
  /** What they stand before is made while composing. */
  const pgbouncer: Arbitraries<Omit<PgBouncerProps, 'database'>> = {
    instances: number(1, 9),
    poolMode: wild(fc.constantFrom('session', 'transaction'), oddText),
    poolSize: number(1, 99),
    maxClients: number(1, 9999),
    parameters: dictionary(fc.constantFrom('verbose', 'server_lifetime'), number(0, 99)),
    memory: quantity,
    cpu: text('100m', '2'),
    version: text('1.22.0', '1.25.1'),
  };
  const pgAdmin: Arbitraries<Omit<PgAdminProps, 'shows'>> = {
    email: text('dba@example.com'),
    storage: quantity,
    resources,
    version: text('8.14'),
    renamedFrom: text('old'),
    retire: fc.boolean(),
  };
  const haproxy: Arbitraries<Omit<HAProxyProps, 'primary' | 'readOnly'>> = {
    replicas: number(1, 9),
    maxConnections: number(1, 9999),
    servers: number(1, 99),
    threads: number(1, 8),
    memory: quantity,
    shutdownSeconds: number(1, 600),
    version: text('3.0.26'),
  };
  const managedPostgres: Arbitraries<ManagedPostgresProps<string>> = {
    host: text('a.example.com'),
    replicasHost: text('b.example.com'),
    port: number(1, 65_535),
    cidrs: several(text('10.0.0.0/16')),
    databases,
  };
  return {
    webApp,
    deployed,
    cronTask,
    redis,
    memcached,
    managedRedis,
    postgres,
    pgbouncer,
    pgAdmin,
    haproxy,
    managedPostgres,
  };
}
