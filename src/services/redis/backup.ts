import type { Access } from '../../core/access.ts';
import type { Quantity } from '../../core/quantity.ts';
import type { BackupPlan } from '../../workload/backup.ts';
import { librariesOf, type RedisModule } from './config.ts';
import { USER } from './pod.ts';

/** A replica that keeps up, so that the master does not work for the backup; without one, it does. */
const DUMP = `set -eu
from=\${SOURCE_HOST:-}
for each in $(echo "\${SOURCE_SENTINELS:-}" | tr , ' '); do
  replica=$(timeout 5 redis-cli -h "\${each%:*}" -p "\${each#*:}" sentinel replicas "$SOURCE_MASTER" | awk '
    key { field[key] = $0; key = ""; if (field["master-link-status"] == "ok" && field["flags"] == "slave") print field["ip"]; next }
    { if ($0 == "name") split("", field); key = $0 }' | head -n 1)
  [ -z "$replica" ] || { from=$replica; break; }
  [ -n "$from" ] || from=$(timeout 5 redis-cli -h "\${each%:*}" -p "\${each#*:}" sentinel get-master-addr-by-name "$SOURCE_MASTER" |
    awk 'NR == 1 { host = $1 } NR == 2 && $1 > 0 { print host }')
done
export REDISCLI_AUTH="$SOURCE_PASSWORD"
redis-cli -h "$from" --user "$SOURCE_USER" dbsize > /backup/keys
redis-cli -h "$from" --user "$SOURCE_USER" --rdb /backup/dump.rdb
[ "$(cat /backup/keys)" -ge 0 ] # no number: the answer was an error
[ -s /backup/dump.rdb ]
`;

/**
 * Keys that end or appear while a dump is made are no loss; a tenth is. That there were none to save is not
 * seen here.
 */
const DRILL = `set -eu
redis-server --port 0 --unixsocket /tmp/scratch.sock --dir /backup --dbfilename dump.rdb --appendonly no \\
  --save '' \${MODULES:-} > /tmp/scratch.log &
scratch() { redis-cli -s /tmp/scratch.sock "$@"; }
until scratch ping 2> /dev/null | grep -q PONG; do
  kill -0 $! 2> /dev/null || { cat /tmp/scratch.log; echo 'the dump cannot be loaded'; exit 1; }
  sleep 1
done
number() { scratch info persistence | tr -d '\\r' | sed -n "s/^rdb_last_load_keys_$1://p"; }
loaded=$(number loaded) expired=$(number expired) asked=$(cat /backup/keys)
scratch shutdown nosave
echo "saved $asked keys, restored $loaded, and $expired had ended since"
[ $(((loaded + expired) * 10)) -ge $((asked * 9)) ]
`;

export interface RedisBackupOptions {
  readonly image: string;
  readonly memory: Quantity;
  readonly storage: Quantity;
  readonly modules: readonly RedisModule[];
  readonly source: Access;
}

export function backupPlan(options: RedisBackupOptions): BackupPlan {
  const { image, memory, modules, source, storage } = options;
  const asked = librariesOf(modules).map((file) => `--loadmodule ${file}`);
  return {
    image,
    user: USER,
    dump: DUMP,
    drill: DRILL,
    source,
    drillEnv: asked.length > 0 ? { MODULES: asked.join(' ') } : {},
    space: storage,
    memory,
  };
}
