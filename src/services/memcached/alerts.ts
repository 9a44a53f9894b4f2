import type { Service } from '../../core/service.ts';
import { alertRules } from '../../workload/alerts.ts';

/** What somebody should know of: a shard is away, items go before their time, clients are refused. */
export function alerts(memcached: Service, { shards }: { readonly shards: number }): void {
  alertRules(memcached, (of) => [
    {
      alert: 'MemcachedShardIsDown',
      expr: `(sum(memcached_up{${of}}) or vector(0)) < ${shards}`,
      for: '5m',
      severity: 'ticket',
      summary: 'a shard does not answer: what it held is asked of its source again',
    },
    {
      alert: 'MemcachedEvicts',
      expr: `rate(memcached_items_evicted_total{${of}}[10m]) > 10`,
      for: '30m',
      severity: 'ticket',
      summary: 'items go to make room for others: it is too small for what it holds',
    },
    {
      alert: 'MemcachedIsNearlyOutOfConnections',
      expr: `memcached_current_connections{${of}} / memcached_max_connections{${of}} > 0.9`,
      for: '5m',
      severity: 'page',
      summary: 'nine tenths of the connections are taken: soon clients are refused',
    },
  ]);
}
