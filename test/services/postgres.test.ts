import { expect, test } from 'vitest';
import type { ObjectStoreSpec } from '#imports/barmancloud.cnpg.io.ts';
import type * as k8s from '#imports/k8s.ts';
import type {
  ClusterSpec,
  DatabaseRoleSpec,
  DatabaseSpec,
  ScheduledBackupSpec,
} from '#imports/postgresql.cnpg.io.ts';
import { type Access, asFiles } from '../../src/core/access.ts';
import type { Model } from '../../src/core/model.ts';
import { definePlatform } from '../../src/core/platform.ts';
import { Postgres, type PostgresProps } from '../../src/services/postgres.ts';
import { WebApp } from '../../src/services/web-app.ts';
import { Worker } from '../../src/services/worker.ts';
import {
  CLUSTER,
  finished,
  listed,
  modelOf,
  modelOfAll,
  objectOf,
  type SynthOptions,
  specOf,
  synth,
} from '../synth.ts';

type Databases = 'shop' | 'audit_log';
type Props = PostgresProps<Databases>;

const everyProp: Required<Props> = {
  databases: ['shop', 'audit_log'],
  instances: 5,
  storage: '100Gi',
  walStorage: '20Gi',
  memory: '8Gi',
  cpu: '4',
  maxConnections: 400,
  parameters: { work_mem: '32MB' },
  backup: {
    schedule: '47 1 * * *',
    retentionDays: 60,
    maxAgeHours: 26,
    restoreDrill: { schedule: '30 5 * * SAT', maxAgeHours: 200 },
  },
  version: '16.1',
  renamedFrom: 'orders',
  retire: true,
};

const minimal: Props = { databases: ['shop', 'audit_log'] };
const SAVED: SynthOptions = {
  environment: { metrics: 'prometheus', backups: { bucket: 's3://backups/prod' } },
  cluster: { region: 'eu-west-1' },
};

test.each([
  ['defaults', minimal, {}],
  ['defaults-preproduction', minimal, { environment: { tier: 'preproduction' } }],
  ['defaults-review', minimal, { environment: { tier: 'review' } }],
  ['every-prop', everyProp, SAVED],
] as const satisfies [string, Props, SynthOptions][])(
  'golden: %s',
  async (golden, props, options) => {
    const yaml = synth((scope) => {
      const db = new Postgres(scope, 'db', props);
      const uses = { DATABASE: db.database('shop').readWrite };
      new Worker(scope, 'mailer', { image: 'shop', uses });
    }, options);
    await expect(yaml).toMatchFileSnapshot(`../golden/postgres/${golden}.yaml`);
  },
);

function database(props: Partial<Props> = {}, options?: SynthOptions) {
  return modelOf((scope) => new Postgres(scope, 'db', { ...minimal, ...props }), options);
}

const clusterOf = (props?: Partial<Props>, options?: SynthOptions) =>
  specOf<ClusterSpec>(database(props, options), 'Cluster', 'db');

test.each([
  ['production', 3, 1],
  ['preproduction', 2, undefined],
  ['review', 1, undefined],
] as const)(
  'in %s it has %d instances, of which others must have a write: %s',
  (tier, n, quorum) => {
    const { instances, postgresql } = clusterOf({}, { environment: { tier } });
    expect(instances).toBe(n);
    expect(postgresql?.synchronous?.number).toBe(quorum);
  },
);

test('a write counts once half of the standbys have it, and who lacks it never leads', () => {
  expect(clusterOf({ instances: 5 }).postgresql?.synchronous).toEqual({
    method: 'any',
    number: 2,
    dataDurability: 'required',
    failoverQuorum: true,
  });
});

test('the operator brings budgets and monitors less: we add no budget, and a monitor of our own', () => {
  const kinds = listed(database({}, SAVED)).filter((line) => /Budget|PodMonitor/.test(line));
  expect(kinds).toEqual(['apps: PodMonitor db']);
  expect(clusterOf().enablePDB).toBeUndefined();
  expect(clusterOf().monitoring).toBeUndefined();
  expect(specOf(database({}, SAVED), 'PodMonitor', 'db')).toMatchObject({
    selector: { matchLabels: { 'cnpg.io/cluster': 'db', 'cnpg.io/podRole': 'instance' } },
    podMetricsEndpoints: [{ port: 'metrics' }],
  });
});

test('instances stand on hosts and in zones of their own, and a lost zone does not count', () => {
  const { affinity, topologySpreadConstraints } = clusterOf();
  expect(affinity).toEqual({
    podAntiAffinityType: 'required',
    topologyKey: 'kubernetes.io/hostname',
  });
  expect(topologySpreadConstraints).toEqual([
    expect.objectContaining({
      topologyKey: 'topology.kubernetes.io/zone',
      nodeTaintsPolicy: 'Honor',
      whenUnsatisfiable: 'DoNotSchedule',
      labelSelector: {
        matchLabels: { 'cnpg.io/cluster': 'db', 'cnpg.io/podRole': 'instance' },
      },
    }),
  ]);
  const { topologySpreadConstraints: none } = clusterOf(
    {},
    { cluster: { provider: 'digitalocean' } },
  );
  expect(none).toBeUndefined();
});

test('it is not evicted before others: what it asks for is what it gets', () => {
  const { resources } = clusterOf({ memory: '2Gi', cpu: '2' });
  expect(resources?.limits).toEqual({ cpu: '2', memory: '2Gi' });
  expect(resources?.requests).toEqual(resources?.limits);
  expect(clusterOf({ memory: '2Gi' }).postgresql?.parameters).toEqual({
    max_connections: '200',
    shared_buffers: '512MB',
  });
});

test('nobody has a superuser, and pages carry checksums', () => {
  expect(clusterOf().enableSuperuserAccess).toBe(false);
  expect(clusterOf().bootstrap?.initdb?.dataChecksums).toBe(true);
});

test('readiness stays the default: a replica that lags would leave the quorum and stop writes', () => {
  expect(clusterOf().probes).toBeUndefined();
});

test('who comes in comes by TLS, into a database of its own, and nobody else comes in', () => {
  expect(clusterOf().postgresql?.pg_hba).toEqual([
    'hostssl shop +shop_owner all scram-sha-256',
    'hostssl shop +shop_readers all scram-sha-256',
    'hostssl audit_log +audit_log_owner all scram-sha-256',
    'hostssl audit_log +audit_log_readers all scram-sha-256',
    'host all all all reject',
  ]);
});

test('a database that is taken out of the list keeps its data, and in review nothing stays', () => {
  const policy = (tier: 'production' | 'review') =>
    specOf<DatabaseSpec>(database({}, { environment: { tier } }), 'Database', 'db-audit-log')
      .databaseReclaimPolicy;
  expect(policy('production')).toBe('retain');
  expect(policy('review')).toBe('delete');
});

test('every volume of a kind may grow; without one of its own the log lies beside the data', () => {
  expect(clusterOf().storage?.size).toBe('20Gi');
  expect(clusterOf().walStorage?.size).toBe('10Gi');
  expect(clusterOf({}, { environment: { tier: 'review' } }).walStorage).toBeUndefined();
});

type Ask = (db: Postgres<Databases>) => Record<string, Access>;

function withClients(asks: Readonly<Record<string, Ask>>, options?: SynthOptions) {
  return modelOf((scope) => {
    const db = new Postgres(scope, 'db', minimal);
    for (const [name, ask] of Object.entries(asks)) {
      new Worker(scope, name, { image: 'shop', uses: ask(db) });
    }
  }, options);
}

const envOf = (model: Model, name: string) =>
  specOf<k8s.DeploymentSpec>(model, 'Deployment', name).template.spec?.containers[0]?.env;
const rolesOf = (model: Model, name: string) =>
  specOf<DatabaseRoleSpec>(model, 'DatabaseRole', name).inRoles;

test('a client gets the address of the primary, a user of its own, and who vouches for the server', () => {
  const model = withClients({ mailer: (db) => ({ DATABASE: db.database('shop').readWrite }) });
  const from = (suffix: string, name: string, key: string) => ({
    name: `DATABASE_${suffix}`,
    valueFrom: { secretKeyRef: { name, key } },
  });
  expect(envOf(model, 'mailer')).toEqual([
    { name: 'DATABASE_HOST', value: 'db-rw' },
    { name: 'DATABASE_PORT', value: '5432' },
    { name: 'DATABASE_NAME', value: 'shop' },
    { name: 'DATABASE_USER', value: 'mailer' },
    from('PASSWORD', 'db-user-mailer', 'password'),
    from('URL', 'db-user-mailer', 'url-db-rw-shop'),
    from('CA', 'db-ca', 'ca.crt'),
  ]);
  expect(model.secrets.find(({ name }) => name === 'db-user-mailer')).toMatchObject({
    type: 'kubernetes.io/basic-auth',
    labels: { 'cnpg.io/reload': 'true' },
    keys: {
      username: { from: 'literal', value: 'mailer' },
      password: { from: 'generated' },
      'url-db-rw-shop': {
        template: 'postgresql://mailer:{password:url}@db-rw:5432/shop?sslmode=require',
      },
    },
  });
});

test('the credential comes as files as well, the certificate among them', () => {
  const model = withClients({ mailer: (db) => ({ DB: asFiles(db.database('shop').read) }) });
  expect(envOf(model, 'mailer')).toContainEqual({
    name: 'DB_CA_FILE',
    value: '/run/secrets/db/ca',
  });
});

test('a role carries exactly what its client was given, and goes with it', () => {
  const model = withClients({
    mailer: (db) => ({ A: db.database('shop').readWrite, B: db.database('audit_log').read }),
    report: (db) => ({ A: db.database('shop').read, B: db.database('shop').readFromReplicas }),
  });
  expect(rolesOf(model, 'db-user-mailer')).toEqual(['audit_log_readers', 'shop_owner']);
  expect(rolesOf(model, 'db-user-report')).toEqual(['shop_readers']);
  expect(specOf(model, 'DatabaseRole', 'db-user-report')).toMatchObject({
    name: 'report',
    login: true,
    passwordSecret: { name: 'db-user-report' },
    databaseRoleReclaimPolicy: 'delete',
  });
});

test('what is read and written is one right, whichever the code says first', () => {
  const both = withClients({
    mailer: (db) => ({ A: db.database('shop').readWrite, B: db.database('shop').read }),
  });
  expect(rolesOf(both, 'db-user-mailer')).toEqual(['shop_owner']);
});

test('nobody logs in as an owner or as readers, and both outlive their objects', () => {
  for (const name of ['db-owner-of-shop', 'db-readers-of-audit-log']) {
    expect(specOf(database(), 'DatabaseRole', name)).toMatchObject({
      login: false,
      databaseRoleReclaimPolicy: 'retain',
    });
  }
});

test('rights are set anew when clients change: the Job knows each of them and no superuser', () => {
  const job = (model: Model) => specOf<k8s.JobSpec>(model, 'Job', 'db-rights').template.spec;
  const spec = job(
    withClients({
      report: (db) => ({ A: db.database('shop').read }),
      mailer: (db) => ({ A: db.database('shop').readWrite, B: db.database('audit_log').read }),
    }),
  );
  const env = Object.fromEntries(
    spec?.containers[0]?.env?.map(({ name, value }) => [name, value]) ?? [],
  );
  expect(env).toMatchObject({
    PGHOST: 'db-rw',
    PGSSLMODE: 'verify-full',
    DATABASES: 'shop audit_log',
    CLIENTS: 'mailer:audit_log:read mailer:shop:readWrite report:shop:read',
  });
  const sources = spec?.volumes?.find(({ name }) => name === 'passwords')?.projected?.sources;
  expect(sources?.map(({ secret }) => secret?.name)).toEqual([
    'db-rights-keeper',
    'db-user-mailer',
    'db-user-report',
  ]);
  expect(objectOf(database(), 'Job', 'db-rights').metadata.annotations).toEqual({
    'kustomize.toolkit.fluxcd.io/force': 'Enabled',
  });
});

test('replicas are read where there are some, and the primary where it is alone', () => {
  const hostIn = (tier: 'production' | 'review') =>
    envOf(
      withClients(
        { mailer: (db) => ({ DB: db.database('shop').readFromReplicas }) },
        { environment: { tier } },
      ),
      'mailer',
    )?.[0]?.value;
  expect(hostIn('production')).toBe('db-ro');
  expect(hostIn('review')).toBe('db-r');
});

test('a migration is its service', () => {
  const model = modelOf((scope) => {
    const db = new Postgres(scope, 'db', minimal);
    const uses = { DATABASE: db.database('shop').readWrite };
    new WebApp(scope, 'shop', { image: 'shop', port: 8000, uses, migrate: { command: ['/m'] } });
  });
  expect(listed(model).filter((line) => line.includes('DatabaseRole db-user'))).toEqual([
    'apps: DatabaseRole db-user-shop',
  ]);
});

test('a client of another environment brings its name along, and reads a copy of its Secret', () => {
  const model = finished(
    definePlatform({
      name: 'test',
      clusters: { test: CLUSTER },
      environments: {
        qa: { cluster: 'test', tier: 'review', domain: 'qa.example.com', settings: undefined },
      },
      composeCluster: (cluster) => new Postgres(cluster.layer('data'), 'db', minimal),
      compose(env) {
        const uses = { DATABASE: env.shared.database('shop').read };
        new Worker(env.layer('apps'), 'mailer', { image: 'shop:1', uses });
      },
    }),
    'test',
  );
  expect(envOf(model, 'mailer')).toContainEqual({ name: 'DATABASE_USER', value: 'qa-mailer' });
  expect(rolesOf(model, 'db-user-qa-mailer')).toEqual(['shop_readers']);
  const keys = model.secrets.find(
    ({ copyOf, name }) => !copyOf && name === 'db-user-qa-mailer',
  )?.keys;
  expect(keys?.['url-db-rw-shop']).toMatchObject({
    template: expect.stringContaining('@db-rw.test-shared.svc.cluster.local:5432/shop'),
  });
});

const policyOf = (model: Model, name: string) =>
  specOf<k8s.NetworkPolicySpec>(model, 'NetworkPolicy', name);

test('the operator, the other instances and the API server are reached, and nobody else', () => {
  const model = database();
  expect(policyOf(model, 'db-admits-operator')).toMatchObject({
    podSelector: { matchLabels: { 'cnpg.io/cluster': 'db', 'cnpg.io/podRole': 'instance' } },
    ingress: [
      {
        from: [
          {
            namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'cnpg-system' } },
            podSelector: { matchLabels: { 'app.kubernetes.io/name': 'cloudnative-pg' } },
          },
        ],
        ports: [{ port: 5432 }, { port: 8000 }],
      },
    ],
  });
  expect(policyOf(model, 'db-reaches-kube-api').podSelector).toEqual({
    matchLabels: { 'cnpg.io/cluster': 'db' },
  });
  expect(policyOf(model, 'db-admits-peers').ingress?.[0]?.from).toHaveLength(2);
  expect(policyOf(model, 'db-reaches-peers').egress?.[0]?.ports).toHaveLength(2);
});

test('base backups, the log and their store: in one commit with the bucket', () => {
  const model = database({}, SAVED);
  expect(specOf<ClusterSpec>(model, 'Cluster', 'db').plugins).toEqual([
    {
      name: 'barman-cloud.cloudnative-pg.io',
      isWALArchiver: true,
      parameters: { barmanObjectName: 'db-backups' },
    },
  ]);
  const { configuration, retentionPolicy } = specOf<ObjectStoreSpec>(
    model,
    'ObjectStore',
    'db-backups',
  );
  expect(retentionPolicy).toBeUndefined(); // the bucket's lifecycle ends old backups
  expect(configuration.destinationPath).toBe('s3://backups/prod');
  expect(configuration.serverName).toBeUndefined(); // the plugin takes the cluster's, and refuses another
  expect(listed(model)).toEqual(
    expect.arrayContaining([
      'operators: HelmRelease barman-cloud',
      'operators: HelmRelease cert-manager',
    ]),
  );
});

test('a schedule of CloudNativePG has six fields, seconds first, and names the plugin', () => {
  expect(specOf<ScheduledBackupSpec>(database({}, SAVED), 'ScheduledBackup', 'db')).toMatchObject({
    schedule: '0 17 2 * * *',
    method: 'plugin',
    pluginConfiguration: { name: 'barman-cloud.cloudnative-pg.io' },
    target: 'prefer-standby',
    backupOwnerReference: 'self',
  });
});

test('a role reaches the bucket without keys, and without one somebody gives them', () => {
  const cloudRole = 'arn:aws:iam::111122223333:role/backups';
  const backups = { bucket: 's3://backups/prod', cloudRole } as const;
  const model = database({}, { environment: { backups } });
  expect(
    specOf<ClusterSpec>(model, 'Cluster', 'db').serviceAccountTemplate?.metadata.annotations,
  ).toEqual({ 'eks.amazonaws.com/role-arn': cloudRole });
  expect(model.secrets.map(({ name }) => name)).not.toContain('db-backup-store');
  const keys = database({}, SAVED).secrets.find(({ name }) => name === 'db-backup-store')?.keys;
  expect(Object.values(keys ?? {}).map(({ from }) => from)).toEqual(['human', 'human']);
});

test('review has no backups, and nobody who declines them is asked again', () => {
  const none = (model: Model) => listed(model).filter((line) => /Backup|ObjectStore/.test(line));
  const backups = { bucket: 's3://backups/prod' } as const;
  expect(none(database({}, { environment: { tier: 'review', backups } }))).toEqual([]);
  expect(none(database({ backup: false }, SAVED))).toEqual([]);
  expect(database({ backup: false }, SAVED).services[0]?.backup).toBe('declined');
  expect(database({}, SAVED).services[0]?.backup).toBe('scheduled');
  expect(database().services[0]?.backup).toBeUndefined();
});

test('a renamed one keeps the name that its data has, on its pods as well', () => {
  const model = database({ renamedFrom: 'orders' });
  expect(policyOf(model, 'orders-admits-operator').podSelector?.matchLabels).toMatchObject({
    'cnpg.io/cluster': 'orders',
  });
  expect(listed(model).filter((line) => / db\b/.test(line))).toEqual([]);
});

test('retiring is said on the objects that hold the data', () => {
  const model = database({ retire: true });
  for (const [kind, name] of [
    ['Cluster', 'db'],
    ['Database', 'db-shop'],
  ] as const) {
    expect(objectOf(model, kind, name).metadata.annotations).toEqual({
      'keelson.dev/retire': 'true',
    });
  }
});

test('with metrics it is scraped and has rules; without it has neither', () => {
  const kinds = (options?: SynthOptions) =>
    listed(database({}, options)).filter((line) => /PodMonitor|PrometheusRule/.test(line));
  expect(kinds(SAVED)).toEqual([
    'apps: PodMonitor db',
    'apps: PrometheusRule db',
    'apps: PrometheusRule db-backup',
  ]);
  expect(kinds()).toEqual([]);
});

test('a database that is not declared is no word of the language, and refused from JavaScript', () => {
  const ask = (db: Postgres<Databases>) => ({
    // @ts-expect-error 'shops' is not among the databases
    DATABASE: db.database('shops').read,
  });
  expect(() => withClients({ mailer: ask })).toThrow(
    `prod/apps/db: database "shops" is not declared`,
  );
});

test.each(['postgres', 'pgbouncer', 'initial', 'public', 'none'])(
  "fails when a client's user would be '%s'",
  (name) => {
    expect(() => withClients({ [name]: (db) => ({ DB: db.database('shop').read }) })).toThrow(
      `prod/apps/${name}: its user at 'db' would be '${name}', which PostgreSQL, its operator or Keelson has for itself`,
    );
  },
);

test('fails when two clients would be one user', () => {
  const build = () =>
    modelOfAll((env) => {
      const db = new Postgres(env.layer('data'), 'db', minimal);
      const uses = { DATABASE: db.database('shop').read };
      for (const layer of [
        env.layer('a', { namespace: 'a' }),
        env.layer('b', { namespace: 'b' }),
      ]) {
        new Worker(layer, 'mailer', { image: 'shop', uses });
      }
    });
  expect(build).toThrow(
    "prod/b/mailer: its user at 'db' would be 'mailer', which 'prod/a/mailer' has",
  );
});

test('fails in production on fewer zones than a quorum needs, and not without a quorum', () => {
  const on =
    (zones: string[], props: Partial<Props> = {}) =>
    () =>
      database(props, { cluster: { zones } });
  expect(on(['a', 'b'])).toThrow(
    "prod/apps/db: 'instances' is 3, and cluster 'test' has 2 zones: losing one would stop all writes",
  );
  expect(on(['a', 'b'], { instances: 2 })).not.toThrow();
  expect(on([])).not.toThrow();
});

test.each(['off', 'local', 'remote_write', 'false'])('fails when commits are %s', (value) => {
  expect(() => database({ parameters: { synchronous_commit: value } })).toThrow(
    `'parameters' has "synchronous_commit": "${value}", with which a write that counts may be lost`,
  );
});

test('a setting that only says what holds anyway is taken', () => {
  const parameters = { fsync: 'on', synchronous_commit: 'remote_apply' };
  expect(clusterOf({ parameters }).postgresql?.parameters).toMatchObject(parameters);
});

test.each([
  [{ instances: 4 }, "'instances' must be 1, 2, 3, 5, 7 or 9, got 4"],
  [{ instances: 0 }, "'instances' must be 1, 2, 3, 5, 7 or 9, got 0"],
  [{ instances: Number.NaN }, "'instances' must be 1, 2, 3, 5, 7 or 9, got NaN"],
  [{ databases: [] }, "'databases' is empty"],
  [{ databases: ['Shop'] }, `'databases' names "Shop", which is no plain name of a database`],
  [{ databases: ['shop"; --'] }, `'databases' names "shop\\"; --", which is no plain name`],
  [{ databases: ['shop', 'shop'] }, `'databases' names 'shop' twice`],
  [
    { databases: ['postgres'] },
    `'databases' names 'postgres', which PostgreSQL or its operator has`,
  ],
  [{ databases: ['pg_shop'] }, `'databases' names 'pg_shop', which PostgreSQL or its operator has`],
  [{ storage: '20GB' }, `'storage' must be an amount in Ki, Mi, Gi, Ti or Pi, got "20GB"`],
  [{ walStorage: '' }, `'walStorage' must be an amount in Ki, Mi, Gi, Ti or Pi, got ""`],
  [{ memory: '64Mi' }, `'memory' must be 256Mi or more, got "64Mi"`],
  [{ cpu: 'one' }, `'cpu' must be an amount of processor, got "one"`],
  [{ maxConnections: 5 }, "'maxConnections' must be a whole number, 20 or more, got 5"],
  [
    { parameters: { max_connections: '9' } },
    `'parameters' has "max_connections": "9", which follows`,
  ],
  [
    { parameters: { ssl: 'off' } },
    `'parameters' has "ssl": "off", which CloudNativePG sets itself`,
  ],
  [
    { parameters: { archive_command: 'true' } },
    `'parameters' has "archive_command": "true", which CloudNativePG sets itself`,
  ],
  [{ parameters: { fsync: 'off' } }, `'parameters' has "fsync": "off", with which a write`],
  [
    { parameters: { full_page_writes: 'off' } },
    `'parameters' has "full_page_writes": "off", with which a write`,
  ],
  [{ parameters: { 'a\nb': 'c' } }, `'parameters' has "a\\nb": "c", which is no setting`],
  [{ version: '16.0.9' }, `'version' is "16.0.9", which has no image`],
])('fails with %j', (props, message) => {
  expect(() => database(props as Partial<Props>)).toThrow(`prod/apps/db: ${message}`);
});

test.each([
  [{ schedule: '0 0 2 * * *' }, `'schedule' must have five fields, got "0 0 2 * * *"`],
  [{ retentionDays: 0 }, "'backup.retentionDays' must be a whole number, 1 or more, got 0"],
  [{ maxAgeHours: 0.5 }, "'backup.maxAgeHours' must be a whole number, 1 or more, got 0.5"],
])('fails with backup %j', (backup, message) => {
  expect(() => database({ backup }, SAVED)).toThrow(`prod/apps/db: ${message}`);
});

test('no role ends by itself, for a pooler would not see that it has', () => {
  const model = modelOf((scope) => {
    const db = new Postgres(scope, 'db', { databases: ['shop'] });
    new Worker(scope, 'mailer', { image: 'shop', uses: { DB: db.database('shop').readWrite } });
  });
  const roles = model.entries.filter(({ object }) => object.kind === 'DatabaseRole');
  expect(roles.length).toBeGreaterThan(2);
  for (const { object } of roles) expect(object['spec']).not.toHaveProperty('validUntil');
});
