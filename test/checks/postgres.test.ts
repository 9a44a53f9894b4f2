import { expect, test } from 'vitest';
import { imageFlawed } from '../../src/checks/image-flawed.ts';
import { poolSize } from '../../src/checks/pool-size.ts';
import type { Rule } from '../../src/checks/rule.ts';
import { through } from '../../src/core/access.ts';
import { HAProxy } from '../../src/services/haproxy.ts';
import { PgBouncer, type PgBouncerProps } from '../../src/services/pgbouncer.ts';
import { Postgres, type PostgresProps } from '../../src/services/postgres.ts';
import { Worker } from '../../src/services/worker.ts';
import { LOCK, modelOf, type SynthOptions, schemas } from '../synth.ts';

interface Given {
  readonly db?: Partial<PostgresProps<'shop'>>;
  readonly pooler?: Partial<PgBouncerProps>;
  readonly clients?: number;
}

function findings(rule: Rule, { clients = 1, db, pooler }: Given, options: SynthOptions = {}) {
  const model = modelOf((scope) => {
    const postgres = new Postgres(scope, 'db', { databases: ['shop'], ...db });
    const pool = new PgBouncer(scope, 'pooler', { database: postgres, ...pooler });
    const proxy = new HAProxy(scope, 'proxy', { primary: pool });
    new Worker(scope, 'direct', { image: 'shop', uses: { DB: postgres.database('shop').read } });
    for (let at = 0; at < clients; at++) {
      const { read, readWrite } = postgres.database('shop');
      const uses = { A: through(proxy, read), B: through(pool, readWrite) };
      new Worker(scope, `client-${at}`, { image: 'shop', uses });
    }
  }, options);
  return rule.check({ model, schemas, fileOf: () => '' }).findings;
}

test('a pool that the database cannot fill is told, with the numbers that would fit', () => {
  expect(findings(poolSize, { clients: 3 })).toMatchObject([
    {
      rule: 'pool-size',
      severity: 'error',
      message:
        "Pooler 'pooler': 4 pods during an update with 25 connections for each of 3 users, 300 with all poolers; 'db' takes 200, 15 of them for others",
      hint: "give 'db' at least 315 'maxConnections', or the pooler a 'poolSize' of at most 15",
    },
  ]);
  expect(findings(poolSize, { clients: 3, pooler: { poolSize: 15 } })).toEqual([]);
  expect(findings(poolSize, { clients: 3, db: { maxConnections: 315 } })).toEqual([]);
  expect(findings(poolSize, { clients: 1 })).toEqual([]);
});

test('only who comes by way of the pooler counts, by user and database, and each once', () => {
  expect(findings(poolSize, { clients: 2, db: { maxConnections: 215 } })).toEqual([]);
  expect(findings(poolSize, { clients: 2, db: { maxConnections: 214 } })).toHaveLength(1);
});

test('superusers, the operator and who connects directly keep room, also while pods are replaced', () => {
  const db = { maxConnections: 151 };
  expect(findings(poolSize, { clients: 2, db })).toMatchObject([
    { hint: expect.stringContaining("at least 215 'maxConnections'") }, // 4 × 25 × 2, 3 + 10, direct and rights
  ]);
});

test('outside of production it is a warning', () => {
  const environment = { tier: 'preproduction' } as const;
  expect(findings(poolSize, { clients: 5 }, { environment })).toMatchObject([
    { severity: 'warning' },
  ]);
});

test('what was asked for runs, and what is known against it is said', () => {
  const asked = { db: { version: '16.1' }, pooler: { version: '1.22.0' } } as const;
  const told = findings(imageFlawed, asked);
  expect(told.filter(({ at }) => at === 'prod/apps/db')).toMatchObject([
    { severity: 'warning', message: expect.stringContaining('postgresql:16.1') },
  ]);
  expect(told.filter(({ at }) => at === 'prod/apps/pooler')).toMatchObject([
    { message: expect.stringContaining('CVE-2026-107350') },
  ]);
});

test('what the lock replaces is not spoken of', () => {
  const name = 'ghcr.io/cloudnative-pg/postgresql:16.1';
  const repository = 'ghcr.io/cloudnative-pg/postgresql';
  const lock = {
    prod: { ...LOCK['prod'], [name]: { repository, tag: '16.9', digest: undefined } },
  };
  const told = findings(imageFlawed, { db: { version: '16.1' } }, { lock });
  expect(told.filter(({ message }) => message.includes('16.1'))).toEqual([]);
});
