import { expect, test } from 'vitest';
import type * as k8s from '#imports/k8s.ts';
import type { PoolerSpec } from '#imports/postgresql.cnpg.io.ts';
import { through } from '../../src/core/access.ts';
import { PgBouncer, type PgBouncerProps } from '../../src/services/pgbouncer.ts';
import { Postgres } from '../../src/services/postgres.ts';
import { Worker } from '../../src/services/worker.ts';
import { listed, modelOf, modelOfAll, type SynthOptions, specOf, synth } from '../synth.ts';

type Props = Omit<PgBouncerProps, 'database'>;

const everyProp: Required<Props> = {
  instances: 5,
  poolMode: 'session',
  poolSize: 10,
  maxClients: 4000,
  parameters: { query_wait_timeout: 10, max_db_connections: 40 },
  memory: '256Mi',
  cpu: '500m',
  version: '1.22.0',
};

const WITH_METRICS: SynthOptions = { environment: { metrics: 'prometheus' } };

function pooled(props: Props = {}, options?: SynthOptions) {
  return modelOf((scope) => {
    const db = new Postgres(scope, 'db', { databases: ['shop'] });
    new PgBouncer(scope, 'pooler', { database: db.endpoint, ...props });
  }, options);
}

/** What belongs to the pooler: the database has goldens of its own. */
function own(yaml: string): string {
  const documents = yaml.split('---\n');
  return documents.filter((each) => /^ {2}name: pooler/m.test(each)).join('---\n');
}

test.each([
  ['defaults', {}, {}],
  ['defaults-preproduction', {}, { environment: { tier: 'preproduction' } }],
  ['defaults-review', {}, { environment: { tier: 'review' } }],
  ['every-prop', everyProp, WITH_METRICS],
] as const satisfies [string, Props, SynthOptions][])(
  'golden: %s',
  async (golden, props, options) => {
    const yaml = synth((scope) => {
      const db = new Postgres(scope, 'db', { databases: ['shop'] });
      new PgBouncer(scope, 'pooler', { database: db.endpoint, ...props });
    }, options);
    await expect(own(yaml)).toMatchFileSnapshot(`../golden/pgbouncer/${golden}.yaml`);
  },
);

const poolerOf = (props?: Props, options?: SynthOptions) =>
  specOf<PoolerSpec>(pooled(props, options), 'Pooler', 'pooler');

test('it gives connections back after each transaction, and prepares statements for all', () => {
  const { pgbouncer } = poolerOf();
  expect(pgbouncer.poolMode).toBe('transaction');
  expect(pgbouncer.parameters).toEqual({
    default_pool_size: '25',
    max_client_conn: '1000',
    max_prepared_statements: '100',
    query_wait_timeout: '30',
    server_lifetime: '1800',
  });
});

test('a pod that goes serves on until proxies know, and then lets transactions end', () => {
  const { template } = poolerOf();
  expect(template?.spec?.terminationGracePeriodSeconds).toBe(120);
  expect(template?.spec?.containers).toEqual([
    expect.objectContaining({
      name: 'pgbouncer',
      lifecycle: { preStop: { sleep: { seconds: 10 } } },
    }),
  ]);
});

test('the operator brings no budget: one of ours lets one pod go', () => {
  expect(specOf(pooled(), 'PodDisruptionBudget', 'pooler')).toMatchObject({
    maxUnavailable: 1,
    selector: { matchLabels: { 'cnpg.io/poolerName': 'pooler' } },
  });
  expect(listed(pooled({ instances: 1 })).join()).not.toContain('DisruptionBudget');
});

test('every pod has an address of its own behind a name, for who checks each', () => {
  expect(specOf<k8s.ServiceSpec>(pooled(), 'Service', 'pooler-pods')).toMatchObject({
    clusterIP: 'None',
    selector: { 'cnpg.io/poolerName': 'pooler' },
  });
});

test('it stands before what it was given: the primary, or replicas', () => {
  const types = modelOf((scope) => {
    const db = new Postgres(scope, 'db', { databases: ['shop'] });
    new PgBouncer(scope, 'writers', { database: db.endpoint });
    new PgBouncer(scope, 'readers', { database: db.replicas });
  });
  expect(specOf<PoolerSpec>(types, 'Pooler', 'writers').type).toBe('rw');
  expect(specOf<PoolerSpec>(types, 'Pooler', 'readers').type).toBe('ro');
});

test('it reaches the database and the API server, and nobody else', () => {
  const policies = listed(pooled()).filter((line) => line.includes('NetworkPolicy pooler'));
  expect(policies).toEqual([
    'apps: NetworkPolicy pooler-reaches-kube-api',
    'apps: NetworkPolicy pooler-to-db',
  ]);
  expect(specOf<k8s.NetworkPolicySpec>(pooled(), 'NetworkPolicy', 'db-from-pooler')).toMatchObject({
    podSelector: { matchLabels: { 'cnpg.io/cluster': 'db', 'cnpg.io/podRole': 'instance' } },
    ingress: [
      {
        from: [{ podSelector: { matchLabels: { 'cnpg.io/poolerName': 'pooler' } } }],
        ports: [{ port: 5432 }],
      },
    ],
  });
});

test('a client goes through it with the rights of the database, and reaches the pooler alone', () => {
  const model = modelOf((scope) => {
    const db = new Postgres(scope, 'db', { databases: ['shop'] });
    const pooler = new PgBouncer(scope, 'pooler', { database: db.endpoint });
    const uses = { DB: through(pooler, db.database('shop').read) };
    new Worker(scope, 'mailer', { image: 'shop', uses });
  });
  const env = specOf<k8s.DeploymentSpec>(model, 'Deployment', 'mailer').template.spec?.containers[0]
    ?.env;
  expect(env?.map(({ name, value }) => [name, value])).toEqual([
    ['DB_HOST', 'pooler'],
    ['DB_PORT', '5432'],
    ['DB_NAME', 'shop'],
    ['DB_USER', 'mailer'],
    ['DB_PASSWORD', undefined],
    ['DB_CA', undefined],
  ]);
  const { egress } = specOf<k8s.NetworkPolicySpec>(model, 'NetworkPolicy', 'mailer-to-pooler');
  expect(egress?.[0]?.to).toEqual([
    { podSelector: { matchLabels: { 'cnpg.io/poolerName': 'pooler' } } },
  ]);
  expect(listed(model).join()).not.toContain('mailer-to-db');
});

test('fails when an access of another database goes through it', () => {
  const build = () =>
    modelOf((scope) => {
      const db = new Postgres(scope, 'db', { databases: ['shop'] });
      const other = new Postgres(scope, 'other', { databases: ['shop'] });
      const pooler = new PgBouncer(scope, 'pooler', { database: db.endpoint });
      through(pooler, other.database('shop').read);
    });
  expect(build).toThrow(
    "prod/apps/pooler: it leads to 'db', and the access that goes through it is granted by 'other'",
  );
});

test('fails before what is no cluster of its namespace', () => {
  const elsewhere = () =>
    modelOfAll((env) => {
      const db = new Postgres(env.layer('data', { namespace: 'data' }), 'db', {
        databases: ['shop'],
      });
      new PgBouncer(env.layer('apps'), 'pooler', { database: db.endpoint });
    });
  expect(elsewhere).toThrow("prod/apps/pooler: 'database' leads to 'db' in another namespace");
  const chained = () =>
    modelOf((scope) => {
      const db = new Postgres(scope, 'db', { databases: ['shop'] });
      const pooler = new PgBouncer(scope, 'pooler', { database: db.endpoint });
      new PgBouncer(scope, 'again', { database: pooler.endpoint });
    });
  expect(chained).toThrow(
    "prod/apps/again: 'database' leads to 'pooler'; the operator pools a 'Postgres'",
  );
});

test.each([
  [{ instances: 0 }, "'instances' must be a whole number, 1 or more, got 0"],
  [{ poolSize: 0 }, "'poolSize' must be a whole number, 1 or more, got 0"],
  [{ maxClients: Number.NaN }, "'maxClients' must be a whole number, 1 or more, got NaN"],
  [{ poolMode: 'statement' }, `'poolMode' must be 'transaction' or 'session', got "statement"`],
  [{ memory: '1GB' }, `'memory' must be an amount in Ki, Mi, Gi, Ti or Pi, got "1GB"`],
  [{ parameters: { server_tls13_ciphers: 'x' } }, "'parameters' has 'server_tls13_ciphers', which"],
  [
    { parameters: { track_extra_parameters: 1 } },
    "'parameters' has 'track_extra_parameters', which",
  ],
  [{ parameters: { verbose: '1; x' } }, "'parameters.verbose' must be a whole number, 0 or more"],
  [{ version: '1.21.9' }, `'version' is "1.21.9", which has no image`],
])('fails with %j', (props, message) => {
  expect(() => pooled(props as Props)).toThrow(`prod/apps/pooler: ${message}`);
});
