import { placeOf } from '../../core/place.ts';
import type { Service } from '../../core/service.ts';
import { type Alert, alertRules } from '../../workload/alerts.ts';

export interface AlertOptions {
  readonly replicas: number;
}

/** What somebody must know of: nobody leads, somebody does not follow or save, no room is left. */
export function alerts(redis: Service, { replicas }: AlertOptions): void {
  alertRules(redis, (of) => [
    {
      alert: 'RedisIsDown',
      expr: `absent(redis_up{${of}} == 1)`,
      for: '1m',
      severity: 'page',
      summary: 'no server answers',
    },
    {
      alert: 'RedisIsNearlyFull',
      expr: `redis_memory_used_bytes{${of}} / (redis_memory_max_bytes{${of}} > 0) > 0.9`,
      for: '10m',
      severity: 'page',
      summary: 'nine tenths of the memory for data are used: soon writes fail, or keys go',
    },
    {
      alert: 'RedisCannotSave',
      expr: `redis_rdb_last_bgsave_status{${of}} == 0 or redis_aof_last_write_status{${of}} == 0`,
      for: '1m',
      severity: 'page',
      summary:
        'a snapshot or the append-only file could not be written: a master then takes no writes',
    },
    {
      alert: 'RedisDiskIsNearlyFull',
      expr: nearlyFull(redis),
      for: '10m',
      severity: 'page',
      summary: 'less than a tenth of a volume is free: writes fail when it is full',
    },
    ...(replicas > 1 ? replicated(of, replicas) : []),
  ]);
}

function nearlyFull(redis: Service): string {
  const claims = `namespace="${placeOf(redis).namespace}",persistentvolumeclaim=~"data-${redis.name}-[0-9]+"`;
  return `kubelet_volume_stats_available_bytes{${claims}} / kubelet_volume_stats_capacity_bytes{${claims}} < 0.1`;
}

function replicated(of: string, replicas: number): Alert[] {
  return [
    {
      alert: 'RedisHasNoMaster',
      expr: `(count(redis_instance_info{${of},role="master"}) or vector(0)) != 1`,
      for: '2m',
      severity: 'page',
      summary: 'not exactly one server leads: writes fail, or are about to be lost',
    },
    {
      alert: 'RedisReplicaIsBehind',
      expr: `redis_master_link_up{${of}} == 0`,
      for: '5m',
      severity: 'ticket',
      summary: 'a replica does not follow its master',
    },
    {
      alert: 'RedisLacksReplicas',
      expr: `max(redis_connected_slaves{${of}}) < ${replicas - 1}`,
      for: '15m',
      severity: 'ticket',
      summary: 'fewer replicas than declared: the next failure may stop writes',
    },
  ];
}
