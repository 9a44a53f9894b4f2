import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type * as k8s from '#imports/k8s.ts';
import type { Access } from '../../src/core/access.ts';
import type { Model } from '../../src/core/model.ts';
import { Postgres } from '../../src/services/postgres.ts';
import { Worker } from '../../src/services/worker.ts';
import { modelOf, objectOf, specOf } from '../synth.ts';
import { describeWith } from './debian.ts';
import { temporaryFolder } from './loopback.ts';
import { POSTGRES, PostgresServer } from './postgres-server.ts';
import { type Secrets, secretsOf } from './redis-pods.ts';

type Db = Postgres<'shop' | 'audit_log'>;
type Asks = Readonly<Record<string, (db: Db) => Record<string, Access>>>;

const asks: Asks = {
  'web-app': (db) => ({ A: db.database('shop').readWrite, B: db.database('audit_log').read }),
  billing: (db) => ({ A: db.database('shop').readWrite }),
  audit: (db) => ({ A: db.database('audit_log').readWrite }),
};

/** Reporting comes when the tables are there already. */
const later: Asks = {
  billing: (db) => ({ A: db.database('shop').read }),
  audit: (db) => ({ A: db.database('audit_log').readWrite }),
  reporting: (db) => ({ A: db.database('shop').read }),
};

const modelWith = (clients: Asks) =>
  modelOf((scope) => {
    const db: Db = new Postgres(scope, 'db', { databases: ['shop', 'audit_log'] });
    for (const [name, ask] of Object.entries(clients)) {
      new Worker(scope, name, { image: 'shop', uses: ask(db) });
    }
  });

/** Runs the Job from exactly what was generated; its volumes lie in a folder. */
function runRights(server: PostgresServer, model: Model, secrets: Secrets) {
  const folder = temporaryFolder();
  const place = (text: string) =>
    text.replaceAll(/(\/etc\/rights|\/run\/rights|\/run\/ca)\b/g, `${folder}$1`);
  const write = (path: string, text: string) => {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  const spec = specOf<k8s.JobSpec>(model, 'Job', 'db-rights').template.spec as k8s.PodSpec;
  const [container] = spec.containers;
  const files = objectOf(model, 'ConfigMap', 'db-rights-config')['data'] as Record<string, string>;
  for (const { mountPath, subPath = '' } of container?.volumeMounts ?? []) {
    if (files[subPath] !== undefined) write(mountPath, place(files[subPath]));
  }
  for (const { projected } of spec.volumes ?? []) {
    for (const { secret } of projected?.sources ?? []) {
      for (const { key, path } of secret?.items ?? []) {
        write(`/run/rights/${path}`, secrets.get(secret?.name ?? '')?.get(key) ?? '');
      }
    }
  }
  write('/run/ca/ca.crt', readAuthority(server));
  const given = container?.env?.map(({ name, value = '' }) => [name, place(value)]) ?? [];
  const env = {
    PATH: process.env['PATH'],
    ...Object.fromEntries(given),
    PGHOSTADDR: server.address, // stands for the cluster's DNS
  };
  const [program = '', ...args] = (container?.command ?? []).map(place);
  const { stderr, stdout } = spawnSync('timeout', ['30', program, ...args], {
    env,
    encoding: 'utf8',
  });
  return { stderr: stderr.trim(), stdout: stdout.trim() };
}

const readAuthority = (server: PostgresServer) =>
  spawnSync('cat', [server.authority], { encoding: 'utf8' }).stdout;

/** Debian's PostgreSQL is 15, ours 16 and newer; what is generated means the same to all of them. */
describeWith(POSTGRES, 'rights of clients', () => {
  async function running(clients = asks) {
    const model = modelWith(clients);
    const secrets = new Map([...secretsOf(modelWith(later)), ...secretsOf(model)]);
    const server = await PostgresServer.start(model, secrets);
    server.reconcile();
    const ran = runRights(server, model, secrets);
    const login = (user: string, database: string) => ({
      user,
      database,
      password: secrets.get(`db-user-${user}`)?.get('password') ?? '',
    });
    const as = (user: string, database: string, sql: string) =>
      server.sql(login(user, database), sql);
    return { as, login, model, ran, secrets, server };
  }

  test('the Job does its work and says what it did, and a second run changes nothing', async () => {
    const { model, ran, secrets, server } = await running();
    expect(ran).toEqual({
      stderr: '',
      stdout: [
        'audit_log: readWrite as audit',
        'shop: readWrite as billing',
        'audit_log: read as web-app',
        'shop: readWrite as web-app',
        'shop: database as rights_keeper',
        'audit_log: database as rights_keeper',
      ].join('\n'),
    });
    const dump = () => server.admin('select * from pg_default_acl, pg_db_role_setting', 'shop');
    const before = dump();
    expect(runRights(server, model, secrets)).toEqual(ran);
    expect(dump()).toBe(before);
  });

  test('a writer migrates, and another writer goes on where it stopped', async () => {
    const { as } = await running();
    expect(as('web-app', 'shop', 'create table orders (id serial primary key, what text)')).toBe(
      '',
    );
    expect(as('billing', 'shop', 'alter table orders add column paid boolean')).toBe('');
    expect(as('billing', 'shop', "insert into orders (what) values ('a') returning id")).toBe('1');
    expect(
      as('billing', 'shop', 'create schema invoices; create table invoices.open (id int)'),
    ).toBe('');
    expect(as('web-app', 'shop', 'drop table invoices.open')).toBe('');
    expect(
      as('web-app', 'shop', "select tableowner from pg_tables where tablename = 'orders'"),
    ).toBe('shop_owner');
  });

  test('a reader that comes later reads what is there, what will be, and writes nothing', async () => {
    const { as, login, secrets, server } = await running();
    as(
      'web-app',
      'shop',
      'create table orders (id serial, what text); create view all_orders as select * from orders',
    );
    as('web-app', 'shop', "insert into orders (what) values ('a')");
    const next = modelWith({ ...asks, ...later, billing: asks['billing'] as Asks[string] });
    server.reconcile(next);
    expect(runRights(server, next, secrets).stderr).toBe('');
    as('billing', 'shop', 'create table refunds (id serial); create schema b; create table b.c ()');

    for (const table of ['orders', 'all_orders', 'refunds', 'b.c']) {
      expect(as('reporting', 'shop', `select count(*) from ${table}`), table).toMatch(/^[01]$/);
    }
    const refused = [
      "insert into orders (what) values ('b')",
      'delete from orders',
      'truncate orders',
      "select nextval('orders_id_seq')",
      'create table mine (id int)',
      'create schema mine',
      'alter table orders add column x int',
      'drop view all_orders',
      'set role shop_owner',
      'grant shop_owner to reporting',
      'select rolpassword from pg_authid',
      "alter role billing password 'x'",
    ];
    for (const sql of refused) expect(as('reporting', 'shop', sql), sql).toContain('ERROR:');
    expect(server.sql(login('reporting', 'shop'), 'select what from orders')).toBe('a');
  });

  test('nobody comes into a database that it was not given, nor without TLS', async () => {
    const { as, login, server } = await running();
    const closed = 'pg_hba.conf rejects connection';
    expect(as('billing', 'audit_log', 'select 1')).toContain(closed);
    expect(as('audit', 'shop', 'select 1')).toContain(closed);
    for (const database of ['postgres', 'template1']) {
      expect(as('web-app', database, 'select 1'), database).toContain(closed);
    }
    expect(as('web-app', 'audit_log', 'select 1')).toBe('1');
    expect(server.sql({ ...login('billing', 'shop'), sslmode: 'disable' }, 'select 1')).toContain(
      closed,
    );
    expect(server.sql({ ...login('billing', 'shop'), password: 'x' }, 'select 1')).toContain(
      'password authentication failed',
    );
    expect(server.sql({ ...login('shop_owner', 'shop'), password: 'x' }, 'select 1')).toContain(
      'FATAL',
    );
  });

  test('to write here and read there is one user with two rights', async () => {
    const { as } = await running();
    as('audit', 'audit_log', 'create table entries (id int)');
    expect(as('web-app', 'audit_log', 'select count(*) from entries')).toBe('0');
    expect(as('web-app', 'audit_log', 'insert into entries values (1)')).toContain('ERROR:');
    expect(as('web-app', 'shop', 'create table orders (id int)')).toBe('');
  });

  test('what a client made before its rights were set belongs to the database afterwards', async () => {
    const model = modelWith({ ...asks, reporting: later['reporting'] as Asks[string] });
    const secrets = secretsOf(model);
    const server = await PostgresServer.start(model, secrets);
    server.reconcile();
    const password = secrets.get('db-user-billing')?.get('password') ?? '';
    const early = { user: 'billing', database: 'shop', password };
    expect(server.sql(early, 'create table early (id int)')).toBe('');
    runRights(server, model, secrets);
    const reader = secrets.get('db-user-reporting')?.get('password') ?? '';
    const reporting = { user: 'reporting', database: 'shop', password: reader };
    expect(server.sql(reporting, 'select count(*) from early')).toBe('0');
    expect(server.admin("select tableowner from pg_tables where tablename = 'early'", 'shop')).toBe(
      'shop_owner',
    );
  });

  test('who loses the right to write keeps none, and who leaves leaves nothing behind', async () => {
    const { as, secrets, server } = await running();
    as('web-app', 'shop', 'create table orders (id int)');
    as('billing', 'shop', 'insert into orders values (1)');
    const next = modelWith(later);
    server.reconcile(next);
    expect(as('billing', 'shop', 'insert into orders values (2)')).toContain('ERROR:');
    expect(runRights(server, next, secrets).stderr).not.toContain('ERROR');
    expect(as('billing', 'shop', 'select count(*) from orders')).toBe('1');
    expect(as('billing', 'shop', 'insert into orders values (2)')).toContain('ERROR:');
    expect(server.admin('drop role "web-app"')).toBe('');
    expect(as('billing', 'shop', 'select count(*) from orders')).toBe('1');
  });
});
