import { placeOf } from '../../core/place.ts';
import type { Service } from '../../core/service.ts';
import { type Alert, alertRules } from '../../workload/alerts.ts';
import { confirmations } from './instances.ts';

export interface AlertOptions {
  readonly instances: number;
  readonly maxConnections: number;
  /** Undefined: nothing is saved. */
  readonly maxAgeHours?: number | undefined;
}

/** What somebody must know of: nobody answers or takes writes, copies or the archive are behind, room or connections run out. */
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
      alert: 'PostgresHasNoPrimary',
      expr: `absent(cnpg_pg_replication_in_recovery{${of}} == 0)`,
      for: '2m',
      severity: 'page',
      summary: 'no instance takes writes',
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
    ...(options.maxAgeHours === undefined ? [] : archive(postgres, of, options.maxAgeHours)),
  ]);
}

function nearlyFull(postgres: Service): string {
  const claims = claimsOf(postgres);
  return `kubelet_volume_stats_available_bytes{${claims}} / kubelet_volume_stats_capacity_bytes{${claims}} < 0.1`;
}

function claimsOf(postgres: Service): string {
  return `namespace="${placeOf(postgres).namespace}",persistentvolumeclaim=~"${postgres.name}-[0-9]+(-wal)?"`;
}

function copies(of: string, instances: number): Alert[] {
  const quorum = confirmations(instances);
  return [
    ...(quorum > 0 ? [confirmed(of, quorum)] : []),
    {
      alert: 'PostgresStandbyDoesNotFollow',
      expr: `cnpg_pg_replication_is_wal_receiver_up{${of}} == 0 and on (pod) cnpg_pg_replication_in_recovery{${of}} == 1`,
      for: '5m',
      severity: 'ticket',
      summary: 'a standby receives no log from the primary',
    },
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

/** Writes wait for standbys, and for ever where there are too few. */
function confirmed(of: string, quorum: number): Alert {
  return {
    alert: 'PostgresLacksQuorum',
    expr: `max(cnpg_pg_replication_streaming_replicas{${of}} and on (pod) cnpg_pg_replication_in_recovery{${of}} == 0) < ${quorum}`,
    for: '1m',
    severity: 'page',
    summary: `fewer standbys follow the primary than the quorum of ${quorum}: writes wait`,
  };
}

/** Before the first base backup, the age of the first volume counts. */
function archive(postgres: Service, of: string, hours: number): Alert[] {
  const newest = `max(barman_cloud_cloudnative_pg_io_last_available_backup_timestamp{${of}}) > 0`;
  const created = `min(kube_persistentvolumeclaim_created{${claimsOf(postgres)}})`;
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
      expr: `time() - (${newest} or ${created} or vector(0)) > ${hours} * 3600`,
      for: '15m',
      severity: 'page',
      summary: `no base backup was finished for ${hours} hours`,
    },
  ];
}
