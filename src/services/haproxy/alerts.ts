import type { Service } from '../../core/service.ts';
import { alertRules } from '../../workload/alerts.ts';

/** What somebody must know of: nobody stands behind a listener, or no connection is left. */
export function alerts(proxy: Service, listeners: readonly string[]): void {
  const known = listeners.join('|');
  alertRules(proxy, (of) => [
    {
      alert: 'HAProxyHasNoServer',
      expr: `sum by (proxy) (haproxy_backend_active_servers{${of},proxy=~"${known}"}) == 0 or absent(haproxy_backend_active_servers{${of}})`,
      for: '1m',
      severity: 'page',
      summary: 'no server answers behind a listener, or no proxy runs',
    },
    {
      alert: 'HAProxyIsNearlyFull',
      expr: `max by (pod) (haproxy_process_current_connections{${of}} / haproxy_process_max_connections{${of}}) > 0.9`,
      for: '5m',
      severity: 'page',
      summary: 'nine tenths of the connections of a pod are in use',
    },
  ]);
}
