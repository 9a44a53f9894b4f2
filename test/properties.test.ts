import type { Construct } from 'constructs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Access, asFiles, external, soft } from '../src/core/access.ts';
import { KeelsonError } from '../src/core/errors.ts';
import type { Model } from '../src/core/model.ts';
import type { Service } from '../src/core/service.ts';
import { render } from '../src/output/render.ts';
import { CronTask } from '../src/services/cron-task.ts';
import { HAProxy } from '../src/services/haproxy.ts';
import { ManagedPostgres, type ManagedPostgresProps } from '../src/services/managed-postgres.ts';
import { ManagedRedis, type ManagedRedisProps } from '../src/services/managed-redis.ts';
import { Memcached, type MemcachedProps } from '../src/services/memcached.ts';
import { PgAdmin } from '../src/services/pgadmin.ts';
import { PgBouncer } from '../src/services/pgbouncer.ts';
import { Postgres, type PostgresProps } from '../src/services/postgres.ts';
import { Redis, type RedisProps } from '../src/services/redis.ts';
import { WebApp } from '../src/services/web-app.ts';
import { Worker } from '../src/services/worker.ts';
import { complaints } from './core/schema-judge.ts';
import { ANY_PROPS } from './services/any-props.ts';
import { modelOf } from './synth.ts';

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

const BUILD: Readonly<Record<keyof typeof ANY_PROPS, Build>> = {
  WebApp: (scope, id, props) => new WebApp(scope, id, granted(scope, props)),
  Worker: (scope, id, props) => new Worker(scope, id, granted(scope, props)),
  CronTask: (scope, id, props) => new CronTask(scope, id, granted(scope, props)),
  Redis: (scope, id, props) => new Redis(scope, id, props as RedisProps),
  Memcached: (scope, id, props) => new Memcached(scope, id, props as MemcachedProps),
  Postgres: (scope, id, props) => {
    const db = new Postgres(scope, id, props as PostgresProps<string>);
    const [name = ''] = (props as PostgresProps<string>).databases;
    const uses = { DATABASE: db.database(name).readWrite };
    return new Worker(scope, 'client', { image: 'shop', uses });
  },
  PgBouncer: (scope, id, props) => {
    const database = new Postgres(scope, 'db', { databases: ['shop'] }).endpoint;
    return new PgBouncer(scope, id, { database, ...(props as object) });
  },
  PgAdmin: (scope, id, props) => {
    const db = new Postgres(scope, 'db', { databases: ['shop'] });
    const shows = { SHOP: db.database('shop').read };
    return new PgAdmin(scope, id, { shows, ...(props as object) });
  },
  HAProxy: (scope, id, props) => {
    const primary = new Postgres(scope, 'db', { databases: ['shop'] }).endpoint;
    return new HAProxy(scope, id, { primary, ...(props as object) });
  },
  ManagedPostgres: (scope, id, props) => {
    const db = new ManagedPostgres(scope, id, props as ManagedPostgresProps<string>);
    const [name = ''] = (props as ManagedPostgresProps<string>).databases;
    const uses = { DATABASE: db.database(name).readFromReplicas };
    return new Worker(scope, 'client', { image: 'shop', uses });
  },
  ManagedRedis: (scope, id, props) => {
    const cache = new ManagedRedis(scope, id, props as ManagedRedisProps);
    return new Worker(scope, 'client', { image: 'shop', uses: { CACHE: cache.keys('*').read } });
  },
};

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

const anyId = fc.oneof(
  { weight: 20, arbitrary: fc.constantFrom('shop', 'a') },
  { weight: 1, arbitrary: fc.string() },
);
const names = Object.keys(ANY_PROPS) as (keyof typeof ANY_PROPS)[];

test.each(names)(
  'any props of %s give valid objects or a refusal',
  (name) => {
    let [taken, refused] = [0, 0];
    fc.assert(
      fc.property(anyId, ANY_PROPS[name], environment, (id, props, where) => {
        const build = (scope: Construct) => void BUILD[name](scope, id, props);
        const model = attempt(() => modelOf(build, { environment: where }));
        if (model) taken += 1;
        else refused += 1;
        expect(model?.entries.flatMap(({ object }) => complaints(object)) ?? []).toEqual([]);
      }),
      { numRuns: 400 },
    );
    expect(taken).toBeGreaterThan(40);
    expect(refused).toBeGreaterThan(10);
  },
  60_000,
);
