import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ClusterSpec, DatabaseRoleSpec, DatabaseSpec } from '#imports/postgresql.cnpg.io.ts';
import type { Model } from '../../src/core/model.ts';
import { specOf } from '../synth.ts';
import { eventually, freeAddresses, start, temporaryFolder } from './loopback.ts';
import type { Secrets } from './redis-pods.ts';

/** Debian keeps the programs of each major version apart, and none in the path. */
export const BIN = newest('/usr/lib/postgresql');

export const POSTGRES = [`${BIN}/postgres`, `${BIN}/initdb`, 'psql', 'openssl', 'setpriv'] as const;

function newest(folder: string): string {
  const versions = existsSync(folder) ? readdirSync(folder).sort((a, b) => +b - +a) : [];
  return `${folder}/${versions[0] ?? 'none'}/bin`;
}

const isRoot = process.getuid?.() === 0;

/** PostgreSQL and PgBouncer refuse to run as root. */
export function unprivileged(program: string, ...args: string[]): [string, ...string[]] {
  if (!isRoot) return [program, ...args];
  return ['setpriv', '--reuid=postgres', '--regid=postgres', '--clear-groups', program, ...args];
}

/** Gives a folder to who runs them. */
export function handOver(folder: string): void {
  if (isRoot) execFileSync('chown', ['-R', 'postgres', folder]);
}

export interface Login {
  readonly user: string;
  readonly password: string;
  readonly database: string;
  /** @default - the server's own */
  readonly address?: string;
  readonly sslmode?: string;
  /**
   * The name that the certificate has to say.
   * @default - the operator's Service
   */
  readonly host?: string;
}

/** A real server as the operator makes it from our Cluster: its own lines of pg_hba.conf stand around ours. */
export class PostgresServer {
  readonly folder = temporaryFolder();
  /** Stands for the address of the pod. */
  readonly address: string;
  readonly #model: Model;
  readonly #secrets: Secrets;

  private constructor(address: string, model: Model, secrets: Secrets) {
    this.address = address;
    this.#model = model;
    this.#secrets = secrets;
  }

  static async start(
    model: Model,
    secrets: Secrets,
    settings: Readonly<Record<string, string>> = {},
  ): Promise<PostgresServer> {
    const [address = ''] = await freeAddresses(1, [5432]);
    const server = new PostgresServer(address, model, secrets);
    server.#initialise(settings);
    start(unprivileged(`${BIN}/postgres`, '-D', server.#data));
    await eventually(
      () => server.admin('select 1'),
      (answer) => answer === '1',
    );
    return server;
  }

  get #data(): string {
    return join(this.folder, 'data');
  }

  /** The certificate of who signed the server's. */
  get authority(): string {
    return join(this.folder, 'ca.crt');
  }

  get certificate(): { readonly cert: string; readonly key: string } {
    return { cert: this.authority, key: join(this.folder, 'server.key') };
  }

  #initialise(more: Readonly<Record<string, string>>): void {
    const { cert, key } = this.certificate;
    const spec = specOf<ClusterSpec>(this.#model, 'Cluster', 'db');
    const { bootstrap, certificates, postgresql } = spec;
    const names = certificates?.serverAltDNSNames ?? [];
    execFileSync(
      'openssl',
      [
        ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
        ...[
          '-days',
          '2',
          '-subj',
          '/CN=db-rw',
          '-addext',
          `subjectAltName=${['db-rw', ...names].map((name) => `DNS:${name}`).join(',')}`,
        ],
        ...['-keyout', key, '-out', cert],
      ],
      { stdio: 'pipe' },
    );
    chmodSync(key, 0o600);
    handOver(this.folder);
    const [program, ...args] = unprivileged(
      `${BIN}/initdb`,
      ...['--auth=trust', '--username=postgres', '--no-sync', '-D', this.#data],
      ...(bootstrap?.initdb?.dataChecksums ? ['--data-checksums'] : []),
    );
    execFileSync(program, args, { stdio: 'pipe' });
    const { parameters, pg_hba } = postgresql ?? {};
    const settings = {
      ...parameters,
      shared_buffers: '16MB',
      listen_addresses: this.address,
      unix_socket_directories: this.folder,
      ssl: 'on',
      ssl_cert_file: cert,
      ssl_key_file: key,
      fsync: 'off',
      log_min_messages: 'warning',
      ...more,
    };
    const lines = Object.entries(settings).map(([name, value]) => `${name} = '${value}'`);
    writeFileSync(join(this.#data, 'postgresql.conf'), `${lines.join('\n')}\n`);
    writeFileSync(
      join(this.#data, 'pg_hba.conf'),
      [...OPERATORS_OWN, ...(pg_hba ?? []), 'host all all all scram-sha-256', ''].join('\n'),
    );
  }

  /** As the operator, by the socket of the pod. */
  admin(sql: string, database = 'postgres'): string {
    const { stderr, stdout } = spawnSync(
      'psql',
      ['-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-h', this.folder].concat([
        '-U',
        'postgres',
        '-d',
        database,
        '-c',
        sql,
      ]),
      { encoding: 'utf8' },
    );
    return `${stdout}${stderr}`.trim();
  }

  /** Does what the operator does with the roles and databases of a model, in its words. */
  reconcile(model: Model = this.#model): void {
    const roles = specsOf<DatabaseRoleSpec>(model, 'DatabaseRole');
    const known = this.admin('select rolname from pg_roles').split('\n');
    for (const { login, name, passwordSecret } of roles) {
      const password = this.#secrets.get(passwordSecret?.name ?? '')?.get('password');
      const verb = known.includes(name) ? 'ALTER' : 'CREATE';
      this.#must(
        `${verb} ROLE "${name}" NOBYPASSRLS NOCREATEDB NOCREATEROLE INHERIT ${login ? 'LOGIN' : 'NOLOGIN'} NOREPLICATION NOSUPERUSER CONNECTION LIMIT -1 PASSWORD ${password ? `'${password}'` : 'NULL'}`,
      );
    }
    for (const { inRoles = [], name } of roles) this.#member(name, inRoles);
    const there = this.admin('select datname from pg_database').split('\n');
    for (const { name, owner } of specsOf<DatabaseSpec>(model, 'Database')) {
      if (!there.includes(name)) this.#must(`CREATE DATABASE "${name}" OWNER "${owner}"`);
    }
  }

  #member(name: string, wanted: readonly string[]): void {
    const query = `select r.rolname from pg_auth_members m join pg_roles r on r.oid = m.roleid join pg_roles u on u.oid = m.member where u.rolname = '${name}'`;
    const given = this.admin(query).split('\n').filter(Boolean);
    for (const role of wanted)
      if (!given.includes(role)) this.#must(`GRANT "${role}" TO "${name}"`);
    for (const role of given)
      if (!wanted.includes(role)) this.#must(`REVOKE "${role}" FROM "${name}"`);
  }

  #must(sql: string): void {
    const answer = this.admin(sql);
    if (answer !== '') throw new Error(`${sql}: ${answer}`);
  }

  /** As a client; the answer as psql prints it. */
  sql(login: Login, statement: string): string {
    const { stderr, stdout } = spawnSync('timeout', ['20', ...PSQL, statement], {
      encoding: 'utf8',
      env: this.env(login),
    });
    return `${stdout}${stderr}`.trim();
  }

  /** How a client says who and where it is. */
  env(login: Login): Record<string, string> {
    const { address = this.address, database, password, user } = login;
    const { host = 'db-rw', sslmode = 'verify-full' } = login;
    return {
      PATH: process.env['PATH'] ?? '',
      PGHOST: host,
      PGHOSTADDR: address,
      PGUSER: user,
      PGPASSWORD: password,
      PGDATABASE: database,
      PGSSLMODE: sslmode,
      PGSSLROOTCERT: this.authority,
    };
  }
}

/** Nothing but the answer; the statement follows. */
export const PSQL = ['psql', '-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-c'] as const;

/** The operator's lines before ours; its pooler shows a certificate, which is of no matter here. */
const OPERATORS_OWN = [
  'local all all trust',
  'local replication all trust',
  'hostssl all cnpg_pooler_pgbouncer all trust',
];

export function specsOf<S>(model: Model, kind: string): S[] {
  return model.entries
    .filter(({ object }) => object.kind === kind)
    .map(({ object }) => object['spec'] as S);
}
