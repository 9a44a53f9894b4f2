import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type * as k8s from '#imports/k8s.ts';
import type { ClusterSpec } from '#imports/postgresql.cnpg.io.ts';
import { Postgres } from '../../src/services/postgres.ts';
import { modelOf, objectOf, specOf } from '../synth.ts';
import { describeWith } from './debian.ts';
import { eventually, start, temporaryFolder } from './loopback.ts';
import { BIN, handOver, POSTGRES, PostgresServer, unprivileged } from './postgres-server.ts';
import { secretsOf } from './redis-pods.ts';

/**
 * Plays the API server, the operator and the plugin: `apply` makes a scratch cluster, that gets ready once the
 * packed base backup is unpacked and follows the archive, `patch` promotes it, `exec` is in its pod. The bucket is
 * a folder. What runs beside that is real: the drill as it was generated, PostgreSQL, its backup and its archive.
 */
const OPERATOR = `#!/bin/sh
set -eu
echo "$*" >> "$FOLDER/calls"
data=$FOLDER/scratch/data
case $1 in
  get) if [ -f "$FOLDER/foreign" ]; then echo 'Cluster of '; fi ;;
  apply) mkdir -p "$data" && cp "\${3#--filename=}" "$FOLDER/applied" ;;
  wait)
    tar -xzf "$BUCKET/base.tar.gz" -C "$data"
    echo "$SCRATCH_CONFIG" > "$data/postgresql.conf"
    touch "$data/standby.signal"
    $CHANGE_OWNER "$FOLDER/scratch"
    chmod 700 "$data"
    $AS_POSTGRES "$BIN/pg_ctl" start -w -t 8 -D "$data" -l "$FOLDER/scratch/log" > /dev/null ;;
  exec)
    [ "$2" = db-scratch-1 ]
    shift 4
    PGHOST=$FOLDER/scratch PGUSER=postgres "$@" ;;
  patch) $AS_POSTGRES "$BIN/pg_ctl" promote -D "$data" > /dev/null ;;
  delete)
    if [ -f "$data/postmaster.pid" ]; then $AS_POSTGRES "$BIN/pg_ctl" stop -m immediate -D "$data" > /dev/null; fi
    rm -rf "$FOLDER/scratch" ;;
esac
`;

const MODEL = modelOf((scope) => new Postgres(scope, 'db', { databases: ['shop', 'audit_log'] }), {
  environment: { backups: { bucket: 's3://backups/prod' } },
});

/** Debian's PostgreSQL is 15, ours 16 and newer; what is asked means the same to all of them. */
describeWith([...POSTGRES, 'tar', 'setpriv'], 'the restore drill of a Postgres', () => {
  async function saved(before: (server: PostgresServer) => void = () => undefined) {
    const bucket = temporaryFolder();
    mkdirSync(join(bucket, 'wal'));
    handOver(bucket);
    chmodSync(bucket, 0o755);
    const server = await PostgresServer.start(MODEL, secretsOf(MODEL), {
      archive_mode: 'on',
      archive_command: `cp %p ${bucket}/wal/%f`,
    });
    server.reconcile();
    for (const database of ['shop', 'audit_log']) {
      server.admin('create table orders as select generate_series(1, 5000) as id', database);
    }
    before(server);
    const base = join(bucket, 'base');
    const [program, ...args] = unprivileged(
      'pg_basebackup',
      ...['-h', server.folder, '-U', 'postgres', '-D', base],
      ...['--wal-method=none', '--checkpoint=fast', '--no-sync', '--no-manifest'],
    );
    execFileSync(program, args, { stdio: 'pipe' });
    return { base, bucket, server };
  }

  function pack(bucket: string): void {
    execFileSync('tar', ['-czf', `${bucket}/base.tar.gz`, '-C', `${bucket}/base`, '.']);
  }

  /** What was written is in the archive. */
  async function archived(server: PostgresServer): Promise<void> {
    const segment = server.admin('select pg_walfile_name(pg_switch_wal())');
    await eventually(
      () => server.admin('select last_archived_wal from pg_stat_archiver'),
      (last) => last >= segment,
    );
  }

  /** A run of the CronJob's container. */
  function drill(bucket: string, options: { readonly search?: string } = {}) {
    const folder = temporaryFolder();
    chmodSync(folder, 0o755);
    const place = (text: string) =>
      text.replaceAll(/(?<=[\s=])\/(etc\/drill|tmp)(?=\/)/g, `${folder}/$1`);
    for (const each of ['etc/drill', 'tmp', 'bin'])
      mkdirSync(join(folder, each), { recursive: true });
    const files = objectOf(MODEL, 'ConfigMap', 'db-drill-config')['data'] as Record<string, string>;
    for (const [name, text] of Object.entries(files)) {
      writeFileSync(join(folder, 'etc/drill', name), place(text));
    }
    writeFileSync(join(folder, 'bin/kubectl'), OPERATOR, { mode: 0o755 });
    const { jobTemplate } = specOf<k8s.CronJobSpec>(MODEL, 'CronJob', 'db-drill');
    const [container] = jobTemplate.spec?.template.spec?.containers ?? [];
    const given = container?.env?.map(({ name, value = '' }) => [name, value]) ?? [];
    const env = {
      ...Object.fromEntries(given),
      PAUSE_SECONDS: '1',
      PATH: `${folder}/bin:${process.env['PATH']}`,
      FOLDER: folder,
      BUCKET: bucket,
      BIN,
      AS_POSTGRES: unprivileged('').slice(0, -1).join(' '),
      CHANGE_OWNER: process.getuid?.() === 0 ? 'chown -R postgres' : 'true',
      SCRATCH_CONFIG: scratchConfig(files['cluster.json'] ?? '', folder, bucket),
      ...(options.search && { PGOPTIONS: `-c search_path=${options.search},pg_catalog` }),
    };
    const [program = '', script = ''] = container?.command ?? [];
    return { env, folder, command: [program, join(folder, script)] as const };
  }

  /** As the operator writes it, from the manifest. */
  function scratchConfig(manifest: string, folder: string, bucket: string): string {
    const { postgresql } = (JSON.parse(manifest) as { spec: ClusterSpec }).spec;
    const settings = {
      ...postgresql?.parameters,
      shared_buffers: '16MB',
      listen_addresses: '',
      unix_socket_directories: `${folder}/scratch`,
      restore_command: `sleep 0.4 && cp ${bucket}/wal/%f %p`, // a bucket is slower than a disk
      fsync: 'off',
    };
    return Object.entries(settings)
      .map(([name, value]) => `${name} = '${value}'`)
      .join('\n');
  }

  async function outcome(bucket: string, options?: { readonly search?: string }) {
    const { command, env, folder } = drill(bucket, options);
    const program = start(['sh', '-c', `"$@" 2>&1; echo "status $?"`, 'sh', ...command], env);
    const said = await eventually(
      () => program.output(),
      (all) => /^status \d+$/m.test(all),
      60,
    );
    expect(existsSync(join(folder, 'scratch')), 'the scratch cluster is gone').toBe(false);
    const calls = readFileSync(join(folder, 'calls'), 'utf8');
    expect(calls.trim().split('\n').at(-1)).toContain(
      'delete clusters.postgresql.cnpg.io/db-scratch',
    );
    return { calls, folder, said, status: Number(/^status (\d+)$/m.exec(said)?.[1]) };
  }

  test('what was saved is restored, the log after the backup with it, and every row is read', async () => {
    const { bucket, server } = await saved();
    pack(bucket);
    for (const table of ['late', 'later', 'latest']) {
      server.admin(`create table ${table} as select 1 as id`, 'shop');
      await archived(server);
    }
    const written = server.admin('select pg_walfile_name(pg_current_wal_lsn() - 1)');
    const { folder, said, status } = await outcome(bucket);
    expect({ said, status }).toMatchObject({ status: 0 });
    expect(said).toContain('shop: there, and every row of it can be read');
    expect(said).toContain('audit_log: there, and every row of it can be read');
    const [, upTo = '', age] =
      /^restored up to (\S+); the newest of it is (\d+) minutes old$/m.exec(said) ?? [];
    expect(server.admin(`select pg_walfile_name('${upTo}'::pg_lsn - 1)`)).toBe(written);
    expect(Number(age)).toBeLessThan(2);
    const { imageName } = (
      JSON.parse(readFileSync(join(folder, 'applied'), 'utf8')) as { spec: ClusterSpec }
    ).spec;
    expect(imageName).toBe(specOf<ClusterSpec>(MODEL, 'Cluster', 'db').imageName);
  });

  test('it fails when a database is missing', async () => {
    const { bucket, server } = await saved((each) => each.admin('drop database audit_log'));
    pack(bucket);
    await archived(server);
    const { said, status } = await outcome(bucket);
    expect({ said, status }).toMatchObject({ status: 1 });
    expect(said).toContain('database "audit_log" does not exist');
  });

  /** The clock is a function that stands before PostgreSQL's own; the times in the log are real. */
  test('it fails when what was restored is too old', async () => {
    const { bucket, server } = await saved((each) => {
      each.admin('create schema later');
      each.admin(
        "create function later.now() returns timestamptz return pg_catalog.now() + interval '51 hours'",
      );
    });
    pack(bucket);
    await archived(server);
    const { said, status } = await outcome(bucket, { search: 'later' });
    expect({ said, status }).toMatchObject({ status: 1 });
    expect(said).toMatch(/the newest of it is 306\d minutes old\nthat is more than 50 hours/);
    expect(said).not.toContain('can be read');
  });

  test('it fails when the backup is cut short', async () => {
    const { bucket, server } = await saved();
    pack(bucket);
    await archived(server);
    const file = join(bucket, 'base.tar.gz');
    truncateSync(file, statSync(file).size - 4096);
    const { said, status } = await outcome(bucket);
    expect({ said, status }).not.toMatchObject({ status: 0 });
    expect(said).toMatch(/gzip: stdin: unexpected end of file/);
  });

  test('it fails when the log that belongs to the backup is missing', async () => {
    const { bucket, server } = await saved();
    pack(bucket);
    await archived(server);
    for (const segment of readdirSync(join(bucket, 'wal'))) {
      if (/^[0-9A-F]{24}$/.test(segment)) rmSync(join(bucket, 'wal', segment));
    }
    const { calls, status } = await outcome(bucket);
    expect(status).not.toBe(0);
    expect(calls).not.toContain('exec');
  });

  test('it fails when a page of a table is not what was written', async () => {
    const { base, bucket, server } = await saved();
    const path = server.admin("select pg_relation_filepath('orders')", 'shop');
    const file = join(base, path);
    const bytes = readFileSync(file);
    bytes[8192 + 5000] = (bytes[8192 + 5000] ?? 0) ^ 1;
    writeFileSync(file, bytes);
    pack(bucket);
    await archived(server);
    const { said, status } = await outcome(bucket);
    expect({ said, status }).toMatchObject({ status: 1 });
    expect(said).toContain('invalid page in block 1');
  });

  test('told to stop, it removes the scratch cluster first', async () => {
    const { bucket, server } = await saved();
    pack(bucket);
    await archived(server);
    const { command, env, folder } = drill(bucket);
    const [program, script] = command;
    const running = start([program, script], { ...env, PAUSE_SECONDS: '60' });
    const calls = () =>
      existsSync(join(folder, 'calls')) ? readFileSync(join(folder, 'calls'), 'utf8') : '';
    await eventually(
      () => existsSync(join(folder, 'scratch/data/postmaster.pid')) && calls().includes('wait'),
      Boolean,
    );
    await running.stop('SIGTERM');
    expect(existsSync(join(folder, 'scratch'))).toBe(false);
  });

  test('a cluster of that name that no drill made is left alone', async () => {
    const { command, env, folder } = drill(temporaryFolder());
    writeFileSync(join(folder, 'foreign'), '');
    const [program, script] = command;
    const running = start([program, script], env);
    await eventually(running.output, (said) =>
      said.includes('db-scratch is there, and no drill of db made it: rename or remove it'),
    );
    expect(readFileSync(join(folder, 'calls'), 'utf8')).not.toContain('delete');
  });
});
