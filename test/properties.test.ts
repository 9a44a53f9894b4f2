import type { Construct } from 'constructs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Access, asFiles, external, soft } from '../src/core/access.ts';
import type { Edge } from '../src/core/edge.ts';
import { KeelsonError } from '../src/core/errors.ts';
import type { Model } from '../src/core/model.ts';
import type { Service } from '../src/core/service.ts';
import { render } from '../src/output/render.ts';
import { CronTask, type CronTaskProps } from '../src/services/cron-task.ts';
import { ManagedRedis, type ManagedRedisProps } from '../src/services/managed-redis.ts';
import { Redis, type RedisProps } from '../src/services/redis.ts';
import { WebApp, type WebAppProps } from '../src/services/web-app.ts';
import { Worker, type WorkerProps } from '../src/services/worker.ts';
import { complaints } from './core/schema-judge.ts';
import { modelOf } from './synth.ts';

/** One arbitrary for each prop: a new prop does not compile until it has one. */
type Arbitraries<P> = { readonly [K in keyof Required<P>]: fc.Arbitrary<unknown> };

/** Mostly what people write, and sometimes what nobody should. */
const wild = (good: fc.Arbitrary<unknown>, bad: fc.Arbitrary<unknown>) =>
  fc.oneof({ weight: 80, arbitrary: good }, { weight: 1, arbitrary: bad });

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
  fc.double(),
  fc.integer(),
  fc.constantFrom(0, -1, 80, 65_536, 2 ** 31, 2 ** 53),
);
const oddKey = fc.oneof(oddText, fc.constantFrom('__proto__', 'constructor', 'toString'));

const text = (...good: [string, ...string[]]) => wild(fc.constantFrom(...good), oddText);
const number = (min: number, max: number) => wild(fc.integer({ min, max }), oddNumber);
const dictionary = (key: fc.Arbitrary<unknown>, value: fc.Arbitrary<unknown>) =>
  fc.dictionary(wild(key, oddKey) as fc.Arbitrary<string>, value, { maxKeys: 3 });
/** One or two, and sometimes none. */
const several = (of: fc.Arbitrary<unknown>) =>
  wild(fc.array(of, { minLength: 1, maxLength: 2 }), fc.constant([]));
const some = (
  of: Readonly<Record<string, fc.Arbitrary<unknown>>>,
  requiredKeys: readonly string[] = [],
) => fc.record(of, { requiredKeys: [...requiredKeys] });

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

/** A fixed number and a range exclude each other: both are given now and then. */
const oneNumber = (props: fc.Arbitrary<object>) =>
  fc.tuple(props, fc.nat(20)).map(([each, luck]) => {
    const { replicas, ...others } = each as { replicas?: unknown; scale?: unknown };
    return luck > 0 && others.scale !== undefined ? others : each;
  });

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
    certificate: fc.oneof(fc.constant('edge'), fc.record({ clusterIssuer: text('letsencrypt') })),
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
  storage: quantity,
  whenFull: fc.constantFrom('noeviction', 'allkeys-lru'),
  version: text('7.2.0'),
  renamedFrom: text('old'),
  retire: fc.boolean(),
};

const managedRedis: Arbitraries<ManagedRedisProps> = {
  host: text('a.example.com'),
  port: number(1, 65_535),
  cidrs: several(text('10.0.0.0/16')),
  login: fc.constantFrom('password', 'cloud-role'),
  user: oddText,
};

type Wish = {
  readonly to: string;
  readonly host: string;
  readonly port: number;
  readonly cidrs?: string[];
};
type Given = { readonly uses?: Readonly<Record<string, Wish>> };

/** The props with real accesses in the place of wishes. */
function granted<P>(scope: Construct, props: unknown): P {
  const { uses: wishes = {}, ...others } = props as Given;
  const cache = new Redis(scope, 'cache', { memory: '64Mi' });
  const accessFor = ({ cidrs, host, port, to }: Wish): Access =>
    to === 'redis'
      ? asFiles(cache.keys('*').read)
      : soft(external(host, port, cidrs ? { cidrs } : {}));
  const accesses = Object.entries(wishes).map(([alias, wish]) => [alias, accessFor(wish)]);
  return { ...others, uses: Object.fromEntries(accesses) } as P;
}

type Build = (scope: Construct, id: string, props: unknown) => Service;

const SERVICES: readonly (readonly [string, fc.Arbitrary<unknown>, Build])[] = [
  [
    'WebApp',
    oneNumber(some(webApp, ['image', 'port'])),
    (scope, id, props) => new WebApp(scope, id, granted(scope, props)),
  ],
  [
    'Worker',
    oneNumber(some(deployed, ['image'])),
    (scope, id, props) => new Worker(scope, id, granted(scope, props)),
  ],
  [
    'CronTask',
    some(cronTask, ['image', 'schedule']),
    (scope, id, props) => new CronTask(scope, id, granted(scope, props)),
  ],
  [
    'Redis',
    some(redis, ['memory']),
    (scope, id, props) => new Redis(scope, id, props as RedisProps),
  ],
  [
    'ManagedRedis',
    some(managedRedis, ['host', 'cidrs']),
    (scope, id, props) => {
      const cache = new ManagedRedis(scope, id, props as ManagedRedisProps);
      return new Worker(scope, 'client', { image: 'shop', uses: { CACHE: cache.keys('*').read } });
    },
  ],
];

const environment = fc.record({
  tier: fc.constantFrom('production', 'preproduction', 'review'),
  ingress: fc.constantFrom('ingress', 'traefik', 'gateway'),
  metrics: fc.constantFrom('prometheus', 'none'),
  images: fc.constantFrom('manual', 'automatic'),
} as const);

/** The finished model, or nothing where the props were refused as they should be. */
function attempt(build: () => Model): Model | undefined {
  try {
    const model = build();
    render(model);
    return model;
  } catch (error) {
    if (error instanceof KeelsonError) {
      expect(error.code).toMatch(/^[a-z0-9-]+\/[a-z0-9-]+$/);
      expect(error.hint).not.toBe('');
      return undefined;
    }
    throw error;
  }
}

test.each(SERVICES)(
  'any props of %s give valid objects or a refusal',
  (_name, props, build) => {
    let [taken, refused] = [0, 0];
    const id = wild(fc.constantFrom('shop', 'a'), oddText) as fc.Arbitrary<string>;
    fc.assert(
      fc.property(id, props, environment, (given, each, where) => {
        const model = attempt(() =>
          modelOf((scope) => void build(scope, given, each), { environment: where }),
        );
        if (model) taken += 1;
        else refused += 1;
        expect(model?.entries.flatMap(({ object }) => complaints(object)) ?? []).toEqual([]);
      }),
      { numRuns: 300 },
    );
    expect(taken).toBeGreaterThan(30);
    expect(refused).toBeGreaterThan(0);
  },
  60_000,
);
