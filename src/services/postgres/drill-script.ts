/** On the scratch cluster: whose drill made it. */
export const MARK = 'keelson.dev/drill-of';

/** Stands in the manifest for the image, which is a value of its own so that Flux can move it. */
export const IMAGE = '@image@';

/**
 * A replica knows when the last transaction that it replayed was committed, and the original's last checkpoint;
 * an idle database has that of its base backup at least. A primary knows neither.
 */
const AGE = `SELECT floor(extract(epoch FROM now() - greatest(pg_last_xact_replay_timestamp(), checkpoint_time)) / 60)
  FROM pg_control_checkpoint()`;

/**
 * The scratch cluster goes whatever happens: at the end, when the drill is told to stop, and at the start of the
 * next one, should this one be killed. A cluster of its name that no drill made is left alone.
 */
export const DRILL = `set -eu
scratch=clusters.postgresql.cnpg.io/$SCRATCH
patiently() { "$@" & wait $!; } # a shell that only waits hears at once that it shall stop
remove() { patiently kubectl delete "$scratch" --ignore-not-found --cascade=foreground --timeout=10m; }
inside() { patiently kubectl exec "$SCRATCH-1" --container=postgres -- "$@"; }
ask() { inside psql --no-psqlrc --quiet --tuples-only --no-align --dbname=postgres --command="$1"; }

maker=$(kubectl get "$scratch" --ignore-not-found --output='jsonpath={.kind} of {.metadata.labels.${MARK.replace('.', '\\.')}}')
case $maker in
  '' | "Cluster of $ORIGINAL") ;;
  *) echo "$SCRATCH is there, and no drill of $ORIGINAL made it: rename or remove it"; exit 1 ;;
esac
finish() {
  status=$?
  trap - EXIT
  remove || status=1
  exit "$status"
}
trap finish EXIT
trap 'exit 143' TERM INT
remove

sed "s|${IMAGE}|$SCRATCH_IMAGE|" /etc/drill/cluster.json > /tmp/cluster.json
kubectl apply --server-side --filename=/tmp/cluster.json
patiently kubectl wait "$scratch" --for=condition=Ready --timeout="\${RESTORE_HOURS}h"

until [ "\${now:-}" = "\${before:-none}" ]; do
  before=\${now:-}
  patiently sleep "$PAUSE_SECONDS"
  now=$(ask 'SELECT pg_last_wal_replay_lsn()')
done
age=$(ask "${AGE}")
echo "restored up to $now; the newest of it is $age minutes old"
[ "$age" -le $((MAX_AGE_HOURS * 60)) ] || { echo "that is more than $MAX_AGE_HOURS hours"; exit 1; }

kubectl patch "$scratch" --type=merge --patch='{"spec":{"replica":{"enabled":false}}}'
until [ "$(ask 'SELECT pg_is_in_recovery()')" = f ]; do patiently sleep "$PAUSE_SECONDS"; done
for database in $DATABASES; do
  inside pg_dump --no-password --dbname="$database" --file=/dev/null
  echo "$database: there, and every row of it can be read"
done
`;
