/**
 * Scripts for the shell of the image. In a pod `localhost` is the server; `SELF` is the name under which
 * the others know it, `SENTINELS` are the hosts to ask.
 */

/** A user without a password: its rules are all that it may do, and the hash of no Secret is needed. */
const PROBE = 'redis-cli --no-auth-warning --user _probe --pass -';

/** It answers with an error while it loads its data, and redis-cli still exits with 0. */
export const LOADED = `${PROBE} ping | grep -q PONG`;

/**
 * The process answers. No reason to kill it: that it loads its data, or those of a new master, runs a long
 * script, or cannot save, when its memory may be all that is left of the data.
 */
export const ALIVE = `${PROBE} ping | grep -q -e PONG -e LOADING -e MISCONF -e BUSY -e MASTERDOWN`;

/**
 * Nobody stands in for a single server: one that cannot save still answers reads, and says why it takes no
 * writes.
 */
export const SERVES = `${PROBE} ping | grep -q -e PONG -e MISCONF`;

/**
 * A replica that does not follow its master has old data, and a master that cannot save takes no writes:
 * neither must be what a rollout or a drain relies on. Clients find both by Sentinel, ready or not.
 */
export const IN_STEP = `${LOADED} && ${PROBE} role | grep -q -x -e master -e connected`;

/** The file of users: rules, and the hashes of those whose Secret is there. */
const JOIN = `join_users() {
  cat /run/users/fixed.acl
  for rules in /run/users/*.rules; do
    user=$(basename "$rules" .rules)
    [ ! -f "/run/users/$user.hashes" ] || echo "user $user on $(cat "/run/users/$user.hashes") $(cat "$rules")"
  done
}
`;

/** A value inside double quotes of a configuration file. */
const QUOTED = `quoted() { printf '"%s"' "$(sed 's/["\\\\]/\\\\&/g' "$1")"; }
`;

/** The password of the set itself: while it changes, servers may still know only the one before. */
const KEEPER = `as() {
  user=$1; shift
  for key in password previous; do
    answer=$(REDISCLI_AUTH=$(cat "/run/users/$key") timeout 5 redis-cli --user "$user" "$@" 2>&1)
    case $answer in *WRONGPASS*) ;; *) break ;; esac
  done
  printf '%s\\n' "$answer"
}
`;

/** What most Sentinels say. Nobody else decides: a server that trusts itself splits the set. */
const MASTER = `master() {
  for each in $SENTINELS; do
    timeout 3 redis-cli -h "$each" -p 26379 sentinel get-master-addr-by-name "$SET" | head -n 1
  done | sort | uniq -c | awk -v quorum="$QUORUM" '$1 >= quorum && $2 != "" { print $2 }'
}
`;

/** The first process of a container is not stopped by a signal that it does not catch. */
const ENDS = "trap 'exit 0' TERM";

/** The server of a set of one. */
export const START_SINGLE = `${JOIN}join_users > /run/redis/users.acl
exec redis-server /etc/redis/redis.conf
`;

/**
 * A master that comes back without its data waits until another one is chosen: its replicas would empty
 * themselves after it. The password reaches the server on its standard input, never in a file of ours.
 */
export const START_SERVER = `${JOIN}${QUOTED}${MASTER}
has_replicas() {
  for each in $SENTINELS; do
    timeout 3 redis-cli -h "$each" -p 26379 sentinel replicas "$SET"
  done | grep -q -x name
}
may_lead() { [ -e /data/appendonlydir ] || ! has_replicas; }
${ENDS}
until master=$(master) && [ -n "$master" ] && { [ "$master" != "$SELF" ] || may_lead; }; do
  echo "waiting for the sentinels to name a master, now: '$master'"
  sleep 1
done
join_users > /run/redis/users.acl
exec redis-server - <<END
include /etc/redis/redis.conf
replica-announce-ip "$SELF"
masteruser _replica
masterauth $(quoted /run/users/password)
$([ "$master" = "$SELF" ] || echo "replicaof $master 6379")
END
`;

/**
 * Hands the mastership over before the pod goes. Writers wait meanwhile, so none is answered by a server
 * that nobody follows any more; then this one becomes a replica by itself.
 */
export const BEFORE_STOP = `${KEEPER}${MASTER}
[ "$(as _keeper role | head -n 1)" = master ] || exit 0
as _keeper client pause 25000 write
for each in $SENTINELS; do
  as _peer -h "$each" -p 26379 sentinel failover "$SET" | grep -q OK && break
done
for second in $(seq 20); do
  sleep 1
  next=$(master)
  if [ -n "$next" ] && [ "$next" != "$SELF" ]; then
    as _keeper replicaof "$next" 6379
    break
  fi
done
as _keeper client unpause
`;

/** Users follow their files: a right or a password that changes needs no restart. */
export const FOLLOW_USERS = `${JOIN}${KEEPER}
${ENDS}
while sleep 10 & wait $!; do
  join_users > /run/redis/next.acl
  cmp -s /run/redis/next.acl /run/redis/loaded.acl && continue
  cp /run/redis/next.acl /run/redis/users.acl
  as "$KEEPER" -p "$PORT" acl load | grep -q OK && mv /run/redis/next.acl /run/redis/loaded.acl
done
`;

/**
 * Its volume remembers master, epochs and who belongs to the set, so that a set of which everything
 * stopped starts as it was. All else is written anew. The number by which the others know a Sentinel
 * follows from its name.
 */
export const START_SENTINEL = `${JOIN}${QUOTED}
join_users > /run/redis/users.acl
touch /data/sentinel.conf
master=$(awk '$2 == "monitor" { print $4 }' /data/sentinel.conf)
cat > /data/next.conf <<END
port 26379
dir /data
protected-mode no
aclfile /run/redis/users.acl
sentinel resolve-hostnames yes
sentinel announce-hostnames yes
sentinel announce-ip "$SELF"
sentinel announce-port 26379
sentinel myid $(printf %s "$SELF" | sha1sum | cut -c 1-40)
sentinel sentinel-user _peer
sentinel sentinel-pass $(quoted /run/users/password)
sentinel monitor $SET \${master:-$FIRST} 6379 $QUORUM
sentinel down-after-milliseconds $SET $DOWN_AFTER
sentinel failover-timeout $SET 30000
sentinel auth-user $SET _sentinel
sentinel auth-pass $SET $(quoted /run/users/password)
$(grep -E '^sentinel ((current|config|leader)-epoch|known-(replica|sentinel)) ' /data/sentinel.conf)
END
mv /data/next.conf /data/sentinel.conf
exec redis-server /data/sentinel.conf --sentinel
`;
