/**
 * As a client, in a database that it writes: whatever it makes belongs to the database's owner, and what it
 * made before does so from now on. So clients may come and go, and every one of them can migrate.
 */
const WRITER = `SET ROLE NONE;
REASSIGN OWNED BY CURRENT_USER TO :"owner";
ALTER ROLE CURRENT_USER IN DATABASE :"database" SET role TO :"owner";
`;

/** As a client that only reads now: it may have written once. */
const READER = `SET ROLE NONE;
ALTER ROLE CURRENT_USER IN DATABASE :"database" RESET role;
`;

/** As the owner of a database: its readers read what is there, and what will be. */
const DATABASE = `SET ROLE :"owner";
ALTER DEFAULT PRIVILEGES GRANT USAGE ON SCHEMAS TO :"readers";
ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO :"readers";
ALTER DEFAULT PRIVILEGES GRANT SELECT ON SEQUENCES TO :"readers";
GRANT USAGE ON SCHEMA public TO :"readers";
SELECT format('GRANT USAGE ON SCHEMA %I TO %I', nspname, :'readers')
  FROM pg_namespace WHERE nspowner = CAST(:'owner' AS regrole)
\\gexec
SELECT format('GRANT SELECT ON %s %s TO %I',
    CASE relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, CAST(pg_class.oid AS regclass), :'readers')
  FROM pg_class
  WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND relowner = CAST(:'owner' AS regrole)
\\gexec
`;

/**
 * The operator makes roles at its own pace: what is not there yet is asked for again, until the Job's time is
 * over. DATABASES is a list of names, CLIENTS one of `<user>:<database>:<right>`.
 */
const SCRIPT = `set -eu
run() {
  user=$1 database=$2 file=$3
  until PGUSER=$user PGPASSWORD=$(cat "/run/rights/$user") PGDATABASE=$database \\
    psql --no-psqlrc --quiet --single-transaction --set=ON_ERROR_STOP=1 --set=database="$database" \\
    --set=owner="\${database}_owner" --set=readers="\${database}_readers" --file="/etc/rights/$file.sql"
  do sleep 5; done
  echo "$database: $file as $user"
}
for client in $CLIENTS; do
  user=\${client%%:*} rest=\${client#*:}
  run "$user" "\${rest%%:*}" "\${rest#*:}"
done
for database in $DATABASES; do run rights_keeper "$database" database; done
`;

export const RIGHTS_FILES = {
  '/etc/rights/apply.sh': SCRIPT,
  '/etc/rights/database.sql': DATABASE,
  '/etc/rights/read.sql': READER,
  '/etc/rights/readWrite.sql': WRITER,
} as const;
