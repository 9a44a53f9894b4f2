import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Model } from '../../src/core/model.ts';
import { toYaml } from '../../src/output/yaml.ts';
import { HAProxy } from '../../src/services/haproxy.ts';
import { Memcached } from '../../src/services/memcached.ts';
import { PgBouncer } from '../../src/services/pgbouncer.ts';
import { Postgres } from '../../src/services/postgres.ts';
import { Redis } from '../../src/services/redis.ts';
import { modelOf, type SynthOptions, specOf } from '../synth.ts';
import { describeWith } from './debian.ts';
import { temporaryFolder } from './loopback.ts';

/** Values by series; four hours of them. */
type Series = Readonly<Record<string, string>>;

/** What fires, what happened, and what is then other than on a good day. */
type Case = [alerts: string | undefined, what: string, faults: Series, minutes?: number];

const WATCHED: SynthOptions = {
  environment: { metrics: 'prometheus', backups: { bucket: 's3://shop-backups' } },
};

/** promtool plays the series of a case, and says which alerts are firing after some minutes. */
function firing(model: Model, rules: readonly string[], series: Series, minutes = 239): string[] {
  const folder = temporaryFolder();
  const names = rules.flatMap((name) => {
    const spec = specOf<{ groups: { rules: { alert: string }[] }[] }>(
      model,
      'PrometheusRule',
      name,
    );
    writeFileSync(join(folder, `${name}.yaml`), toYaml(spec as never));
    return spec.groups.flatMap((group) => group.rules.map((rule) => rule.alert));
  });
  const input = Object.entries(series).map(
    ([name, values]) => `  - { series: '${name}', values: '${values}' }`,
  );
  const silent = names.map(
    (name) => `  - { eval_time: ${minutes}m, alertname: ${name}, exp_alerts: [] }`,
  );
  const text = `rule_files: [${rules.map((name) => `${name}.yaml`).join(', ')}]
evaluation_interval: 1m
tests:
- interval: 1m
  input_series:
${input.join('\n')}
  alert_rule_test:
${silent.join('\n')}
`;
  writeFileSync(join(folder, 'test.yaml'), text);
  const { status, stderr, stdout } = spawnSync('promtool', ['test', 'rules', 'test.yaml'], {
    cwd: folder,
    encoding: 'utf8',
  });
  const told = [...`${stdout}${stderr}`.matchAll(/alertname: (\w+), time/g)].map(
    ([, name]) => name,
  );
  if ((status === 0) !== (told.length === 0)) throw new Error(`${stdout}${stderr}`);
  return names.filter((name) => told.includes(name));
}

function play(model: Model, rules: readonly string[], healthy: Series, cases: Case[]) {
  test.each(cases)('%s: %s', (alerts, _what, faults, minutes) => {
    const expected = alerts === undefined ? [] : alerts.split(' ');
    expect(firing(model, rules, { ...healthy, ...faults }, minutes)).toEqual(expected);
  });
}

describeWith(['promtool'], 'alerts of a Redis', () => {
  const JOB = 'job="test-prod/cache"';
  const CRON = (part: string) => `namespace="test-prod",cronjob="cache-${part}"`;
  const CLAIM = 'namespace="test-prod",persistentvolumeclaim="data-cache-0"';
  const THREE_HOURS = 3 * 60 * 60;
  const model = modelOf((scope) => new Redis(scope, 'cache', { memory: '64Mi' }), WATCHED);

  const healthy: Series = {
    [`redis_up{${JOB},pod="cache-0"}`]: '1x240',
    [`redis_instance_info{${JOB},pod="cache-0",role="master"}`]: '1x240',
    [`redis_master_link_up{${JOB},pod="cache-1"}`]: '1x240',
    [`redis_connected_slaves{${JOB},pod="cache-0"}`]: '2x240',
    [`redis_memory_used_bytes{${JOB},pod="cache-0"}`]: '50x240',
    [`redis_memory_max_bytes{${JOB},pod="cache-0"}`]: '100x240',
    [`redis_rdb_last_bgsave_status{${JOB},pod="cache-0"}`]: '1x240',
    [`redis_aof_last_write_status{${JOB},pod="cache-0"}`]: '1x240',
    [`kubelet_volume_stats_available_bytes{${CLAIM}}`]: '60x240',
    [`kubelet_volume_stats_capacity_bytes{${CLAIM}}`]: '100x240',
    [`kube_cronjob_created{${CRON('backup')}}`]: '0x240',
    [`kube_cronjob_created{${CRON('drill')}}`]: '0x240',
    [`kube_cronjob_status_last_successful_time{${CRON('backup')}}`]: `${THREE_HOURS}x240`,
  };

  play(model, ['cache', 'cache-backup'], healthy, [
    [undefined, 'all is well', {}],
    ['RedisIsDown', 'no server answers', { [`redis_up{${JOB},pod="cache-0"}`]: '0x240' }],
    [
      'RedisIsNearlyFull',
      'the data fill 95 of 100',
      { [`redis_memory_used_bytes{${JOB},pod="cache-0"}`]: '95x240' },
    ],
    [
      'RedisCannotSave',
      'a snapshot failed',
      { [`redis_rdb_last_bgsave_status{${JOB},pod="cache-0"}`]: '0x240' },
    ],
    [
      'RedisCannotSave',
      'the append-only file takes nothing',
      { [`redis_aof_last_write_status{${JOB},pod="cache-0"}`]: '0x240' },
    ],
    [
      'RedisDiskIsNearlyFull',
      '5 of 100 are free on a volume',
      { [`kubelet_volume_stats_available_bytes{${CLAIM}}`]: '5x240' },
    ],
    [
      'RedisHasNoMaster',
      'nobody leads',
      { [`redis_instance_info{${JOB},pod="cache-0",role="master"}`]: '_x240' },
    ],
    [
      'RedisHasNoMaster',
      'two lead',
      { [`redis_instance_info{${JOB},pod="cache-1",role="master"}`]: '1x240' },
    ],
    [
      'RedisReplicaIsBehind',
      'a replica lost its master',
      { [`redis_master_link_up{${JOB},pod="cache-1"}`]: '0x240' },
    ],
    [
      'RedisLacksReplicas',
      'one replica is gone',
      { [`redis_connected_slaves{${JOB},pod="cache-0"}`]: '1x240' },
    ],
    [
      'BackupIsOld',
      'no backup was ever finished',
      { [`kube_cronjob_status_last_successful_time{${CRON('backup')}}`]: '_x240' },
    ],
    [
      'BackupIsOld',
      'the job is gone',
      {
        [`kube_cronjob_created{${CRON('backup')}}`]: '_x240',
        [`kube_cronjob_status_last_successful_time{${CRON('backup')}}`]: '_x240',
      },
    ],
    [
      'RestoreDrillFails',
      'the drill is gone',
      { [`kube_cronjob_created{${CRON('drill')}}`]: '_x240' },
    ],
  ]);
});

describeWith(['promtool'], 'alerts of a Postgres', () => {
  const of = (pod: number) => `job="test-prod/db",pod="db-${pod}"`;
  const volume = (claim: string) => `namespace="test-prod",persistentvolumeclaim="${claim}"`;
  const recovery = (pod: number) => `cnpg_pg_replication_in_recovery{${of(pod)}}`;
  const receiver = (pod: number) => `cnpg_pg_replication_is_wal_receiver_up{${of(pod)}}`;
  const followers = (pod: number) => `cnpg_pg_replication_streaming_replicas{${of(pod)}}`;
  const lag = (pod: number) => `cnpg_pg_replication_lag{${of(pod)}}`;
  const failed = `cnpg_pg_stat_archiver_last_failed_time{${of(1)}}`;
  const archived = `cnpg_pg_stat_archiver_last_archived_time{${of(1)}}`;
  const backup = `barman_cloud_cloudnative_pg_io_last_available_backup_timestamp{${of(1)}}`;
  const created = `kube_persistentvolumeclaim_created{${volume('db-1')}}`;
  const free = (claim: string) => `kubelet_volume_stats_available_bytes{${volume(claim)}}`;
  const everybody = (value: string, series: (pod: number) => string) =>
    Object.fromEntries([1, 2, 3].map((pod) => [series(pod), value]));

  const healthy: Series = {
    ...everybody('1x240', (pod) => `cnpg_collector_up{${of(pod)}}`),
    ...everybody('1x240', recovery),
    [recovery(1)]: '0x240',
    ...everybody('1x240', receiver),
    [receiver(1)]: '0x240', // the primary receives nothing
    ...everybody('0x240', followers),
    [followers(1)]: '2x240',
    ...everybody('0x240', lag),
    [`cnpg_backends_total{${of(1)},usename="a"}`]: '80x240',
    [`cnpg_backends_total{${of(1)},usename="b"}`]: '80x240',
    [`cnpg_pg_database_xid_age{${of(1)},datname="shop"}`]: '200000000x240',
    [free('db-1')]: '50x240',
    [`kubelet_volume_stats_capacity_bytes{${volume('db-1')}}`]: '100x240',
    [free('db-1-wal')]: '50x240',
    [`kubelet_volume_stats_capacity_bytes{${volume('db-1-wal')}}`]: '100x240',
    [failed]: '-1x240',
    [archived]: '0+60x240',
    [created]: '0x240',
    [backup]: '7200x240',
  };
  const model = modelOf(
    (scope) =>
      new Postgres(scope, 'db', { databases: ['shop'], instances: 3, backup: { maxAgeHours: 2 } }),
    WATCHED,
  );

  play(model, ['db'], healthy, [
    [undefined, 'all is well', {}],
    [
      undefined,
      'it is an hour old: nothing was saved and nothing failed yet',
      { [backup]: '0x240', [archived]: '-1x240' },
      60,
    ],
    [
      undefined,
      'a standby took over',
      {
        [recovery(1)]: '0x100 1x140',
        [recovery(2)]: '1x100 0x140',
        [followers(1)]: '2x100 0x140',
        [followers(2)]: '0x100 2x140',
        [receiver(1)]: '0x100 1x140',
        [receiver(2)]: '1x100 0x140',
      },
    ],
    [
      'PostgresIsDown PostgresHasNoPrimary',
      'nobody answers',
      {
        ...everybody('0x240', (pod) => `cnpg_collector_up{${of(pod)}}`),
        ...everybody('_x240', recovery),
      },
    ],
    [
      'PostgresHasNoPrimary',
      'nobody takes writes',
      { [recovery(1)]: '1x240', [receiver(1)]: '1x240' },
    ],
    ['PostgresLacksQuorum', 'no standby follows', { [followers(1)]: '0x240' }],
    [undefined, 'one of two standbys follows: writes go on', { [followers(1)]: '1x240' }],
    ['PostgresStandbyDoesNotFollow', 'a standby receives nothing', { [receiver(3)]: '0x240' }],
    ['PostgresLacksInstances', 'one is gone', { [`cnpg_collector_up{${of(3)}}`]: '1x100 _x140' }],
    ['PostgresReplicaIsBehind', 'a standby lags', { [lag(2)]: '600x240' }],
    [
      'PostgresHasFewConnectionsLeft',
      'two users take nearly all',
      { [`cnpg_backends_total{${of(1)},usename="b"}`]: '110x240' },
    ],
    ['PostgresDiskIsNearlyFull', 'the data fill their volume', { [free('db-1')]: '5x240' }],
    ['PostgresDiskIsNearlyFull', 'the log fills its volume', { [free('db-1-wal')]: '5x240' }],
    [
      'PostgresWraparoundIsNear',
      'vacuum was never finished',
      { [`cnpg_pg_database_xid_age{${of(1)},datname="shop"}`]: '900000000x240' },
    ],
    [
      'PostgresArchiveFails',
      'the archive refuses',
      { [archived]: '0+60x100 6000x140', [failed]: '-1x100 6060+60x140' },
    ],
    [
      'PostgresArchiveFails',
      'the archive never worked',
      { [archived]: '-1x240', [failed]: '0+60x240' },
    ],
    ['PostgresBackupIsOld', 'no backup for more than two hours', { [backup]: '60x240' }],
    ['PostgresBackupIsOld', 'there never was a backup', { [backup]: '0x240' }],
    [
      'PostgresBackupIsOld',
      'nobody tells of backups or volumes',
      { [backup]: '_x240', [created]: '_x240' },
    ],
  ]);
});

describeWith(['promtool'], 'alerts of a PgBouncer and an HAProxy', () => {
  const of = (pod: number) => `job="test-prod/pooler",pod="pooler-${pod}"`;
  const answers = (pod: number) => `cnpg_pgbouncer_last_collection_error{${of(pod)}}`;
  const wait = `cnpg_pgbouncer_pools_maxwait{${of(1)},database="shop",user="web"}`;
  const at = (pod: number) => `job="test-prod/proxy",pod="proxy-${pod}"`;
  const servers = (pod: number) => `haproxy_backend_active_servers{${at(pod)},proxy="primary"}`;
  const used = `haproxy_process_current_connections{${at(1)}}`;
  const healthy: Series = {
    [answers(1)]: '0x240',
    [answers(2)]: '0x240',
    [answers(3)]: '0x240',
    [wait]: '0x240',
    [servers(1)]: '3x240',
    [servers(2)]: '3x240',
    [`haproxy_backend_active_servers{${at(1)},proxy="stats"}`]: '0x240',
    [used]: '500x240',
    [`haproxy_process_max_connections{${at(1)}}`]: '2000x240',
  };
  const model = modelOf((scope) => {
    const db = new Postgres(scope, 'db', { databases: ['shop'] });
    const pooler = new PgBouncer(scope, 'pooler', { database: db, instances: 3 });
    new HAProxy(scope, 'proxy', { primary: pooler });
  }, WATCHED);

  play(model, ['pooler', 'proxy'], healthy, [
    [undefined, 'all is well', {}],
    [
      undefined,
      'they are an hour old, and took ten minutes to start',
      {
        [answers(1)]: '_x10 0x230',
        [answers(2)]: '_x10 0x230',
        [answers(3)]: '_x10 0x230',
        [servers(1)]: '0x10 3x230',
        [servers(2)]: '0x10 3x230',
      },
      60,
    ],
    [
      'PgBouncerIsDown',
      'no pooler reaches its own numbers',
      { [answers(1)]: '1x240', [answers(2)]: '1x240', [answers(3)]: '1x240' },
    ],
    ['PgBouncerClientsWait', 'clients wait', { [wait]: '20x240' }],
    ['PgBouncerLacksInstances', 'a pod is gone', { [answers(3)]: '0x100 _x140' }],
    [
      'HAProxyHasNoServer',
      'nobody stands behind the listener',
      { [servers(1)]: '0x240', [servers(2)]: '0x240' },
    ],
    [
      'HAProxyHasNoServer',
      'no proxy runs',
      {
        [servers(1)]: '_x240',
        [servers(2)]: '_x240',
        [`haproxy_backend_active_servers{${at(1)},proxy="stats"}`]: '_x240',
      },
    ],
    ['HAProxyIsNearlyFull', 'a proxy takes its last connections', { [used]: '1900x240' }],
  ]);
});

describeWith(['promtool'], 'alerts of a Memcached', () => {
  const of = (shard: number) => `job="test-prod/pages",pod="pages-${shard}"`;
  const up = (shard: number) => `memcached_up{${of(shard)}}`;
  const evicted = `memcached_items_evicted_total{${of(0)}}`;
  const used = `memcached_current_connections{${of(0)}}`;
  const healthy: Series = {
    [up(0)]: '1x240',
    [up(1)]: '1x240',
    [evicted]: '0+60x240',
    [used]: '100x240',
    [`memcached_max_connections{${of(0)}}`]: '1024x240',
  };
  const model = modelOf(
    (scope) => new Memcached(scope, 'pages', { memory: '64Mi', shards: 2 }),
    WATCHED,
  );

  play(model, ['pages'], healthy, [
    [undefined, 'all is well', {}],
    [
      undefined,
      'it is an hour old, and took ten minutes to start',
      { [up(0)]: '_x10 1x230', [up(1)]: '_x10 1x230' },
      60,
    ],
    ['MemcachedShardIsDown', 'a shard does not answer', { [up(1)]: '0x240' }],
    ['MemcachedShardIsDown', 'all shards are gone', { [up(0)]: '_x240', [up(1)]: '_x240' }],
    ['MemcachedEvicts', 'it is too small', { [evicted]: '0+6000x240' }],
    ['MemcachedIsNearlyOutOfConnections', 'connections are taken', { [used]: '1000x240' }],
  ]);
});
