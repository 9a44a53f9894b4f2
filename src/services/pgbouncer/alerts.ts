import type { Service } from '../../core/service.ts';
import { alertRules } from '../../workload/alerts.ts';

/** What somebody must know of: nobody pools, or clients queue. */
export function alerts(pooler: Service, { instances }: { readonly instances: number }): void {
  alertRules(pooler, (of) => [
    {
      alert: 'PgBouncerIsDown',
      expr: `absent(cnpg_pgbouncer_last_collection_error{${of}} == 0)`,
      for: '2m',
      severity: 'page',
      summary: 'no pod pools connections',
    },
    {
      alert: 'PgBouncerClientsWait',
      expr: `max by (database, user) (cnpg_pgbouncer_pools_maxwait{${of}}) > 5`,
      for: '5m',
      severity: 'page',
      summary: 'clients wait for a connection: the pool is too small, or transactions are too long',
    },
    ...(instances > 1
      ? [
          {
            alert: 'PgBouncerLacksInstances',
            expr: `count(cnpg_pgbouncer_last_collection_error{${of}}) < ${instances}`,
            for: '15m',
            severity: 'ticket' as const,
            summary: 'fewer pods than declared',
          },
        ]
      : []),
  ]);
}
