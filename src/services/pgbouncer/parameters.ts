import { KeelsonError } from '../../core/errors.ts';
import { suggest } from '../../core/names.ts';
import type { Service } from '../../core/service.ts';
import { requireCount } from '../../workload/whole-number.ts';

/** What both the operator lets through and PgBouncer 1.22 knows: it does not start with a word that it does not know. */
const KNOWN = [
  'application_name_add_host',
  'autodb_idle_timeout',
  'cancel_wait_timeout',
  'client_idle_timeout',
  'client_login_timeout',
  'disable_pqexec',
  'idle_transaction_timeout',
  'log_connections',
  'log_disconnections',
  'log_pooler_errors',
  'log_stats',
  'max_db_connections',
  'max_prepared_statements',
  'max_user_connections',
  'min_pool_size',
  'query_timeout',
  'query_wait_timeout',
  'reserve_pool_size',
  'reserve_pool_timeout',
  'server_check_delay',
  'server_connect_timeout',
  'server_idle_timeout',
  'server_lifetime',
  'server_login_retry',
  'server_round_robin',
  'stats_period',
  'tcp_keepalive',
  'tcp_keepcnt',
  'tcp_keepidle',
  'tcp_keepintvl',
  'verbose',
] as const;

/** All of them are numbers, also those that mean yes and no. */
export type PgBouncerParameters = Readonly<Partial<Record<(typeof KNOWN)[number], number>>>;

/** Clients wait half a minute for a connection, not two; statements are prepared once for all who share it. */
const USUAL: PgBouncerParameters = {
  max_prepared_statements: 100,
  query_wait_timeout: 30,
  server_lifetime: 1800,
};

export interface ParameterOptions {
  readonly maxClients?: number;
  readonly parameters?: PgBouncerParameters;
  readonly poolSize?: number;
}

/** As the operator writes them into pgbouncer.ini: text. */
export function parametersOf(pooler: Service, options: ParameterOptions): Record<string, string> {
  const { maxClients = 1000, parameters = {}, poolSize = 25 } = options;
  requireCount(pooler, 'maxClients', maxClients, 1);
  requireCount(pooler, 'poolSize', poolSize, 1);
  for (const [name, value] of Object.entries(parameters)) requireParameter(pooler, name, value);
  const all = { ...USUAL, ...parameters, default_pool_size: poolSize, max_client_conn: maxClients };
  return Object.fromEntries(Object.entries(all).map(([name, value]) => [name, String(value)]));
}

function requireParameter(pooler: Service, name: string, value: unknown): void {
  if (!(KNOWN as readonly string[]).includes(name)) {
    throw new KeelsonError(pooler, 'pgbouncer/unknown-parameter', {
      message: `'parameters' has '${name}', which PgBouncer 1.22 or the operator does not take`,
      hint: `'poolSize', 'maxClients' and 'poolMode' are props; ${suggest('parameters', name, KNOWN)}`,
    });
  }
  requireCount(pooler, `parameters.${name}`, value as number, 0);
}
