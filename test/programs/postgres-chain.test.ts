import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { PoolerSpec } from '#imports/postgresql.cnpg.io.ts';
import { through } from '../../src/core/access.ts';
import { HAProxy } from '../../src/services/haproxy.ts';
import { PgBouncer } from '../../src/services/pgbouncer.ts';
import { Postgres } from '../../src/services/postgres.ts';
import { Worker } from '../../src/services/worker.ts';
import { modelOf, objectOf, specOf } from '../synth.ts';
import { describeWith } from './debian.ts';
import { eventually, freeAddresses, type Program, start, temporaryFolder } from './loopback.ts';
import { NameServer } from './name-server.ts';
import { handOver, POSTGRES, PostgresServer, PSQL, unprivileged } from './postgres-server.ts';
import { secretsOf } from './redis-pods.ts';

const model = modelOf((scope) => {
  const db = new Postgres(scope, 'db', { databases: ['shop', 'audit_log'] });
  const pooler = new PgBouncer(scope, 'pooler', { database: db.endpoint, poolSize: 2 });
  const proxy = new HAProxy(scope, 'proxy', { primary: pooler.endpoint, threads: 1 });
  const uses = {
    'web-app': { DB: through(proxy, db.database('shop').readWrite) },
    reporting: { DB: through(proxy, db.database('shop').read) },
  };
  for (const [name, each] of Object.entries(uses)) {
    new Worker(scope, name, { image: 'shop', uses: each });
  }
});
const secrets = secretsOf(model);

/** Debian's PgBouncer is 1.18: statements are kept since 1.21; who may come in is asked in one database since 1.19. */
const NEWER = ['max_prepared_statements'];

/** What the operator writes around the parameters that we give: its template, 1.30. */
function startPooler(server: PostgresServer, address: string): Program {
  const { parameters = {}, poolMode } = specOf<PoolerSpec>(model, 'Pooler', 'pooler').pgbouncer;
  const folder = temporaryFolder();
  const { cert, key } = server.certificate;
  const hba = join(folder, 'pg_hba.conf');
  const given = Object.entries(parameters).filter(([name]) => !NEWER.includes(name));
  const ini = {
    pool_mode: poolMode,
    auth_user: 'cnpg_pooler_pgbouncer',
    auth_query: 'SELECT usename, passwd FROM public.user_search($1)',
    auth_type: 'hba',
    auth_hba_file: hba,
    ignore_startup_parameters: 'extra_float_digits,options',
    listen_addr: address,
    listen_port: 5432,
    unix_socket_dir: folder,
    client_tls_sslmode: 'prefer',
    client_tls_cert_file: cert,
    client_tls_key_file: key,
    server_tls_sslmode: 'verify-ca',
    server_tls_ca_file: server.authority,
    ...Object.fromEntries(given),
  };
  const lines = Object.entries(ini).map(([name, value]) => `${name} = ${value}`);
  const file = join(folder, 'pgbouncer.ini');
  writeFileSync(
    file,
    `[databases]\n* = host=${server.address}\n[pgbouncer]\n${lines.join('\n')}\n`,
  );
  writeFileSync(hba, 'host all all 0.0.0.0/0 md5\n');
  handOver(folder);
  return start(unprivileged('pgbouncer', file));
}

/** As the operator does where there is a pooler. */
function admitPoolers(server: PostgresServer): void {
  server.admin('create role cnpg_pooler_pgbouncer login');
  for (const database of ['postgres', 'shop', 'audit_log']) {
    server.admin(
      "create function public.user_search(uname text) returns table (usename name, passwd text) as 'select usename, passwd from pg_catalog.pg_shadow where usename = $1' language sql security definer set search_path = pg_catalog, pg_temp",
      database,
    );
    server.admin('revoke all on function public.user_search(text) from public', database);
    server.admin(
      'grant execute on function public.user_search(text) to cnpg_pooler_pgbouncer',
      database,
    );
  }
}

interface Proxy {
  readonly address: string;
  readonly program: Program;
}

/** The configuration as it is, but for addresses: a pod has one of its own, here they are told. */
function configuration(address: string, dns: number): string {
  const folder = temporaryFolder();
  const data = objectOf(model, 'ConfigMap', 'proxy-config')['data'] as Record<string, string>;
  const file = join(folder, 'haproxy.cfg');
  const text = (data['haproxy.cfg'] ?? '')
    .replace('parse-resolv-conf', `nameserver test 127.0.0.1:${dns}`)
    .replaceAll('bind :', `bind ${address}:`);
  writeFileSync(file, text);
  return file;
}

function startProxy(address: string, dns: number): Proxy {
  return { address, program: start(['haproxy', '-db', '-f', configuration(address, dns)]) };
}

describeWith([...POSTGRES, 'pgbouncer', 'haproxy'], 'HAProxy, PgBouncer, Postgres', () => {
  async function running() {
    const server = await PostgresServer.start(model, secrets);
    server.reconcile();
    admitPoolers(server);
    const [first = '', second = '', address = ''] = await freeAddresses(3, [5432, 8404]);
    const poolers = [first, second].map((each) => startPooler(server, each));
    const names = await NameServer.start('pooler-pods.test-prod.svc.cluster.local', [
      first,
      second,
    ]);
    const login = (user: string, database = 'shop', at = address) => ({
      user,
      database,
      address: at,
      host: at === address ? 'proxy' : 'pooler', // as DB_HOST says
      password: secrets.get(`db-user-${user}`)?.get('password') ?? '',
    });
    const as = (user: string, sql: string, database?: string) =>
      server.sql(login(user, database), sql);
    for (const each of [first, second]) {
      await eventually(
        () => server.sql(login('web-app', 'shop', each), 'select 1'),
        (answer) => answer === '1',
      );
    }
    const proxy = startProxy(address, names.port);
    await eventually(
      () => as('web-app', 'select 1'),
      (answer) => answer === '1',
    );
    return { as, first, login, names, poolers, proxy, server };
  }

  /** How many servers HAProxy counts on. */
  function stats(address: string): number {
    const { stdout } = spawnSync('curl', ['-s', `http://${address}:8404/metrics`], {
      encoding: 'utf8',
    });
    const line = /^haproxy_backend_active_servers\{proxy="primary"\} (\d+)/m.exec(stdout);
    return Number(line?.[1] ?? -1);
  }

  test('HAProxy accepts its configuration without a warning', () => {
    const file = configuration('127.0.0.1', 5353);
    const { status, stderr, stdout } = spawnSync('haproxy', ['-c', '-f', file], {
      encoding: 'utf8',
    });
    expect(`${stdout}${stderr}`.trim()).toBe('Configuration file is valid');
    expect(status).toBe(0);
  });

  test('a client keeps its rights and its TLS along the whole chain', async () => {
    const { as } = await running();
    expect(as('web-app', 'create table orders (id serial, what text)')).toBe('');
    expect(as('web-app', "insert into orders (what) values ('a') returning id")).toBe('1');
    expect(as('reporting', "insert into orders (what) values ('b')")).toContain('ERROR:');
    expect(as('web-app', 'select 1', 'audit_log')).toMatch(/pg_hba\.conf rejects|FATAL/);
    expect(as('web-app', 'select 1', 'postgres')).toMatch(/pg_hba\.conf rejects|FATAL/);
  });

  test('the certificate says the name of each proxy, and no other', async () => {
    const { login, server } = await running();
    const asked = (host: string) => server.sql({ ...login('web-app'), host }, 'select 1');
    expect(asked('proxy')).toBe('1');
    expect(asked('proxy.test-prod.svc.cluster.local')).toBe('1');
    expect(asked('pooler.test-prod')).toBe('1');
    expect(asked('somebody')).toContain('does not match host name "somebody"');
  });

  test('a wrong password gets nobody in', async () => {
    const { login, server } = await running();
    expect(server.sql({ ...login('web-app'), password: 'x' }, 'select 1')).toContain('FATAL');
  });

  test('few connections serve many clients', async () => {
    const { login, server } = await running();
    const clients = Array.from({ length: 12 }, (_, at) =>
      start([...PSQL, `select pg_sleep(0.2), 'served ${at}'`], server.env(login('web-app'))),
    );
    const own = "select count(*) from pg_stat_activity where usename = 'web-app'";
    let most = 0;
    await eventually(
      () => {
        most = Math.max(most, Number(server.admin(own)));
        return clients.map((each) => each.output().trim());
      },
      (answers) => answers.every((answer, at) => answer.endsWith(`served ${at}`)),
    );
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThanOrEqual(4); // two pods, two connections each
  });

  test('a pooler that dies is left out, and comes back by itself', async () => {
    const { as, first, poolers, proxy, server } = await running();
    await poolers[0]?.stop('SIGKILL');
    await eventually(
      () => stats(proxy.address),
      (up) => up === 1,
    );
    for (let at = 0; at < 5; at++) expect(as('web-app', 'select 1')).toBe('1');
    startPooler(server, first);
    await eventually(
      () => stats(proxy.address),
      (up) => up === 2,
    );
  });

  test('a pooler that hangs is left out as well: that a port is open is not enough', async () => {
    const { as, poolers, proxy } = await running();
    void poolers[0]?.stop('SIGSTOP'); // which ends nothing: nobody waits for it
    await eventually(
      () => stats(proxy.address),
      (up) => up === 1,
      40,
    );
    for (let at = 0; at < 4; at++) expect(as('web-app', 'select 1')).toBe('1');
  });

  test('a proxy that is told to go ends what runs, and takes nothing new', async () => {
    const { as, login, proxy, server } = await running();
    const slow = start(
      [...PSQL, 'begin; select pg_sleep(4); select 42; commit'],
      server.env(login('web-app')),
    );
    await eventually(
      () => server.admin("select count(*) from pg_stat_activity where query like '%pg_sleep(4)%'"),
      (count) => Number(count) > 1,
    );
    const gone = proxy.program.stop('SIGUSR1');
    await eventually(
      () => as('reporting', 'select 1'),
      (answer) => /refused/.test(answer),
    );
    expect(slow.output()).not.toContain('42');
    await gone;
    await eventually(
      () => slow.output().trim(),
      (output) => output.endsWith('42'),
    );
  });

  test('a pooler that is told to go ends transactions first', async () => {
    const { first, login, names, poolers, proxy, server } = await running();
    const slow = [1, 2].map(() =>
      start(
        [...PSQL, 'begin; select pg_sleep(20); select 42; commit'],
        server.env(login('web-app')),
      ),
    ); // one at each pooler
    await eventually(
      () => server.admin("select count(*) from pg_stat_activity where query like '%pg_sleep(20)%'"),
      (count) => Number(count) > 2,
    );
    names.addresses = names.addresses.filter((each) => each !== first); // as soon as the pod has to go
    await eventually(
      () => stats(proxy.address),
      (up) => up === 1,
      15,
    );
    const gone = poolers[0]?.stop('SIGINT'); // what the operator's manager makes of SIGTERM
    expect(slow.map((each) => each.output())).toEqual(['', '']);
    await eventually(
      () => slow.map((each) => each.output().trim()),
      (outputs) => outputs.every((output) => output.endsWith('42')),
      40,
    );
    await gone;
  });

  test('its pod finds a pooler that hangs, and ends it', async () => {
    const { first, login, poolers, server } = await running();
    const { template } = specOf<PoolerSpec>(model, 'Pooler', 'pooler');
    const [shell = '', ...args] = template?.spec?.containers[0]?.livenessProbe?.exec?.command ?? [];
    const there = args.map((each) => each.replace('127.0.0.1', first));
    const alive = () => spawnSync(shell, there, { timeout: 5000 }).status === 0;
    expect(alive()).toBe(true);
    const waits = start([...PSQL, 'select pg_sleep(60)'], server.env(login('web-app', 'shop')));
    await eventually(
      () => server.admin("select count(*) from pg_stat_activity where query like '%pg_sleep(60)%'"),
      (count) => Number(count) > 1,
    );
    for (const each of poolers) void each.stop('SIGSTOP');
    expect(alive()).toBe(false);
    expect(waits.output()).toBe('');
    for (const each of poolers) await each.stop('SIGKILL'); // as the probe has it: without a grace period
    await eventually(waits.output, (output) => output.includes('server was lost'));
  });
});
