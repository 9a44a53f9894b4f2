import { KeelsonError } from '../../core/errors.ts';
import type { Service } from '../../core/service.ts';

/** Set by props, or by what they stand for. */
const OF_PROPS = ['max_connections', 'shared_buffers', 'synchronous_standby_names'];

/** CloudNativePG sets them itself, and refuses a Cluster that names one. */
const OF_THE_OPERATOR = new RegExp(
  `^(${[
    'allow_system_table_mods',
    'archive_(cleanup_command|command|mode)',
    'bonjour(_name)?',
    'cluster_name',
    '(config|hba|ident|external_pid)_file',
    'data_(directory|sync_retry)',
    'event_source',
    'hot_standby',
    'jit_provider',
    'listen_addresses',
    'log_(destination|directory|file_mode|filename|rotation_age|rotation_size|truncate_on_rotation)',
    'logging_collector',
    'pg_failover_slots\\.(primary_dsn|standby_slot_names)',
    'port',
    'primary_(conninfo|slot_name)',
    'promote_trigger_file',
    'recovery_(end_command|min_apply_delay|target)',
    'recovery_target_(action|inclusive|lsn|name|time|timeline|xid)',
    'restart_after_crash',
    'restore_command',
    'shared_preload_libraries',
    'ssl',
    'ssl_(ca|cert|crl|dh_params|key)_file',
    'ssl_(ecdh_curve|passphrase_command|passphrase_command_supports_reload|prefer_server_ciphers)',
    'stats_temp_directory',
    'synchronized_standby_slots',
    'syslog_(facility|ident|sequence_numbers|split_messages)',
    'temp_tablespaces',
    'unix_socket_(directories|group|permissions)',
  ].join('|')})$`,
);

/** With another value, what was written may be gone after a crash or a failover. */
const SAFE: Readonly<Record<string, readonly string[]>> = {
  fsync: ['on'],
  full_page_writes: ['on'],
  synchronous_commit: ['on', 'remote_apply'],
};

/** Settings and their texts, of those that leave the cluster to its operator and the data safe. */
export function requireParameters(
  postgres: Service,
  given: Readonly<Record<string, unknown>>,
): void {
  for (const [name, value] of Object.entries(given)) {
    const problem = problemOf(name, value);
    if (!problem) continue;
    const [what, hint] = problem;
    throw new KeelsonError(postgres, 'postgres/bad-parameter', {
      message: `'parameters' has ${JSON.stringify(name)}: ${JSON.stringify(value)}, ${what}`,
      hint,
    });
  }
}

function problemOf(
  name: string,
  value: unknown,
): readonly [what: string, hint: string] | undefined {
  const plain = /^[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)?$/.test(name);
  if (!plain || typeof value !== 'string') {
    return ['which is no setting and its text', "such as { work_mem: '16MB' }"];
  }
  if (OF_PROPS.includes(name)) {
    return ['which follows from other props', "'maxConnections', 'memory' and 'instances' decide"];
  }
  if (OF_THE_OPERATOR.test(name)) {
    return ['which CloudNativePG sets itself', 'leave it out: the operator refuses the cluster'];
  }
  const safe = Object.hasOwn(SAFE, name) ? SAFE[name] : undefined;
  if (!safe || safe.includes(value)) return undefined;
  return [
    'with which a write that counts may be lost',
    `leave it out, or say ${safe.map((each) => `'${each}'`).join(' or ')}; one transaction may still ask for less with SET LOCAL`,
  ];
}
