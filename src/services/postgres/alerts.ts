import { placeOf } from '../../core/place.ts';
import type { Service } from '../../core/service.ts';
import { type Alert, alertRules } from '../../workload/alerts.ts';

export interface AlertOptions {
  readonly instances: number;
  readonly maxConnections: number;
  /** Undefined: nothing is saved. */
  readonly maxAgeHours?: number | undefined;
}

/** What somebody must know of: nobody answers, copies or the archive are behind, room or connections run out. */
export function alerts(postgres: Service, options: AlertOptions): void {
  alertRules(postgres, (of) => [
    {
      alert: 'PostgresIsDown',
      expr: `absent(cnpg_collector_up{${of}} == 1)`,
      for: '1m',
      severity: 'page',
      summary: 'no instance answers',
    },
    {
      alert: 'PostgresHasFewConnectionsLeft',
      expr: `sum by (pod) (cnpg_backends_total{${of}}) > ${Math.floor(options.maxConnections * 0.9)}`,
      for: '5m',
      severity: 'page',
      summary: `nine tenths of ${options.maxConnections} connections are in use`,
    },
    {
      alert: 'PostgresDiskIsNearlyFull',
      expr: nearlyFull(postgres),
      for: '10m',
      severity: 'page',
      summary: 'less than a tenth of a volume is free: PostgreSQL stops when it is full',
    },
    {
      alert: 'PostgresWraparoundIsNear',
      expr: `max(cnpg_pg_database_xid_age{${of}}) > 500000000`,
      for: '30m',
      severity: 'ticket',
      summary: 'vacuum does not keep up: at two thousand million transactions writes stop',
    },
    ...(options.instances > 1 ? copies(of, options.instances) : []),
    ...(options.maxAgeHours === undefined ? [] : archive(of, options.maxAgeHours)),
  ]);
}

function nearlyFull(postgres: Service): string {
  const claims = `namespace="${placeOf(postgres).namespace}",persistentvolumeclaim=~"${postgres.name}-[0-9]+(-wal)?"`;
  return `kubelet_volume_stats_available_bytes{${claims}} / kubelet_volume_stats_capacity_bytes{${claims}} < 0.1`;
}

function copies(of: string, instances: number): Alert[] {
  return [
    {
      alert: 'PostgresLacksInstances',
      expr: `count(cnpg_collector_up{${of}} == 1) < ${instances}`,
      for: '15m',
      severity: 'ticket',
      summary: 'fewer instances than declared: the next failure may stop writes',
    },
    {
      alert: 'PostgresReplicaIsBehind',
      expr: `max(cnpg_pg_replication_lag{${of}}) > 300`,
      for: '5m',
      severity: 'ticket',
      summary: 'a replica is five minutes behind',
    },
  ];
}

function archive(of: string, hours: number): Alert[] {
  const newest = `max(barman_cloud_cloudnative_pg_io_last_available_backup_timestamp{${of}})`;
  return [
    {
      alert: 'PostgresArchiveFails',
      expr: `max(cnpg_pg_stat_archiver_last_failed_time{${of}} - cnpg_pg_stat_archiver_last_archived_time{${of}}) > 1`,
      for: '15m',
      severity: 'page',
      summary:
        'the write-ahead log is not archived: it fills the disk, and one cannot go back to now',
    },
    {
      alert: 'PostgresBackupIsOld',
      expr: `time() - ${newest} > ${hours} * 3600 or absent(${newest} > 0)`,
      for: '15m',
      severity: 'page',
      summary: `no base backup was finished for ${hours} hours`,
    },
  ];
}
