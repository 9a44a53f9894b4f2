import { expect, test } from 'vitest';
import type * as k8s from '#imports/k8s.ts';
import type { ClusterSpec } from '#imports/postgresql.cnpg.io.ts';
import { external, through } from '../../src/core/access.ts';
import type { Model } from '../../src/core/model.ts';
import { HAProxy, type HAProxyProps } from '../../src/services/haproxy.ts';
import { PgBouncer } from '../../src/services/pgbouncer.ts';
import { Postgres } from '../../src/services/postgres.ts';
import { Worker } from '../../src/services/worker.ts';
import { listed, modelOf, objectOf, type SynthOptions, specOf, synth } from '../synth.ts';

type Props = Omit<HAProxyProps, 'primary' | 'readOnly'>;

const everyProp: Required<Props> = {
  replicas: 5,
  maxConnections: 8000,
  servers: 20,
  threads: 4,
  memory: '512Mi',
  shutdownSeconds: 300,
  version: '3.0.26',
};

const WITH_METRICS: SynthOptions = { environment: { metrics: 'prometheus' } };

function chain(props: Props = {}, readOnly = false) {
  return (scope: Parameters<Parameters<typeof modelOf>[0]>[0]) => {
    const db = new Postgres(scope, 'db', { databases: ['shop'] });
    const pooler = new PgBouncer(scope, 'pooler', { database: db.endpoint });
    const replicas = readOnly ? { readOnly: db.replicas } : {};
    const proxy = new HAProxy(scope, 'proxy', { primary: pooler.endpoint, ...replicas, ...props });
    return { db, proxy };
  };
}

function own(yaml: string): string {
  const documents = yaml.split('---\n');
  return documents.filter((each) => /^ {2}name: proxy/m.test(each)).join('---\n');
}

test.each([
  ['defaults', {}, {}],
  ['defaults-preproduction', {}, { environment: { tier: 'preproduction' } }],
  ['defaults-review', {}, { environment: { tier: 'review' } }],
  ['every-prop', everyProp, WITH_METRICS],
] as const satisfies [string, Props, SynthOptions][])(
  'golden: %s',
  async (golden, props, options) => {
    const yaml = synth((scope) => void chain(props, golden === 'every-prop')(scope), options);
    await expect(own(yaml)).toMatchFileSnapshot(`../golden/haproxy/${golden}.yaml`);
  },
);

const proxied = (props?: Props, readOnly?: boolean, options?: SynthOptions) =>
  modelOf((scope) => void chain(props, readOnly)(scope), options);
const configOf = (model: Model) =>
  (objectOf(model, 'ConfigMap', 'proxy-config')['data'] as Record<string, string>)['haproxy.cfg'];

test('it looks for every pod by a full name, and not for the one address before them', () => {
  const config = configOf(proxied({}, true));
  expect(config).toContain(
    'server-template primary- 10 pooler-pods.test-prod.svc.cluster.local:5432\n',
  );
  expect(config).toContain(
    'server-template read-only- 10 db-ro.test-prod.svc.cluster.local:5432\n',
  );
});

test('it asks in the words of PostgreSQL whether somebody answers, and needs no user for it', () => {
  const config = configOf(proxied());
  expect(config).toContain('tcp-check send-binary 0000000804d2162f'); // SSLRequest
  expect(config).not.toContain('pgsql-check');
  expect(config).not.toMatch(/^\s*(user|group|chroot|daemon)\b/m);
});

test('without replicas there is no listener for them, and who asks for it is told', () => {
  expect(configOf(proxied())).not.toContain('listen read-only');
  expect(() => modelOf((scope) => void chain()(scope).proxy.readOnly)).toThrow(
    "prod/apps/proxy: it has no listener for what only reads: 'readOnly' was not given",
  );
});

test('a pod has time for what runs: first it still takes connections, then it waits for them', () => {
  const { spec } = specOf<k8s.DeploymentSpec>(proxied(), 'Deployment', 'proxy').template;
  expect(spec?.containers[0]?.lifecycle?.preStop?.sleep?.seconds).toBe(5);
  expect(spec?.terminationGracePeriodSeconds).toBe(75);
  expect(configOf(proxied())).toContain('hard-stop-after 60s');
});

test('it has as many threads as cores', () => {
  const model = proxied({ threads: 3 });
  expect(configOf(model)).toContain('nbthread 3\n');
  const { spec } = specOf<k8s.DeploymentSpec>(model, 'Deployment', 'proxy').template;
  expect(spec?.containers[0]?.resources?.limits?.['cpu']).toBe('3');
});

test('the whole chain opens from link to link: client, proxy, pooler, database', () => {
  const model = modelOf((scope) => {
    const { db, proxy } = chain({}, true)(scope);
    new Worker(scope, 'daphne', {
      image: 'shop',
      uses: {
        DB: through(proxy, db.database('shop').readWrite),
        READS: through(proxy.readOnly, db.database('shop').read),
      },
    });
  });
  const names = listed(model).filter((line) => / NetworkPolicy .*-(to|from)-/.test(line));
  expect(names.map((line) => line.replace('apps: NetworkPolicy ', ''))).toEqual(
    [
      'db-from-db-rights',
      'db-from-pooler',
      'db-from-proxy',
      'pooler-from-proxy',
      'pooler-to-db',
      'proxy-from-daphne',
      'proxy-to-db',
      'proxy-to-pooler',
      'daphne-to-proxy',
      'db-rights-to-db',
    ].sort(),
  );
  const env = specOf<k8s.DeploymentSpec>(model, 'Deployment', 'daphne').template.spec?.containers[0]
    ?.env;
  expect(env).toContainEqual({ name: 'DB_HOST', value: 'proxy' });
  expect(env).toContainEqual({ name: 'READS_PORT', value: '5433' });
  expect(env).toContainEqual({ name: 'DB_USER', value: 'daphne' });
  const admitted = specOf<k8s.NetworkPolicySpec>(model, 'NetworkPolicy', 'proxy-from-daphne');
  expect(admitted.ingress?.[0]?.ports?.map(({ port }) => port)).toEqual([5432, 5433]);
});

test('the certificate of the database says the names of all that stands before it', () => {
  const spec = specOf<ClusterSpec>(proxied({}, true), 'Cluster', 'db');
  expect(spec.certificates?.serverAltDNSNames).toEqual(
    ['pooler', 'proxy'].flatMap((name) => [
      name,
      `${name}.test-prod`,
      `${name}.test-prod.svc`,
      `${name}.test-prod.svc.cluster.local`,
    ]),
  );
  const alone = modelOf((scope) => new Postgres(scope, 'db', { databases: ['shop'] }));
  expect(specOf<ClusterSpec>(alone, 'Cluster', 'db')).not.toHaveProperty('certificates');
});

test('a pooler that goes keeps its sessions, a database that is down loses them', () => {
  const [primary = '', readOnly = ''] = (configOf(proxied({}, true)) ?? '')
    .split('\nlisten ')
    .slice(1);
  expect(primary).not.toContain('on-marked-down');
  expect(readOnly).toContain('on-marked-down shutdown-sessions');
});

test('fails when an access of another database goes through it', () => {
  const build = () =>
    modelOf((scope) => {
      const { proxy } = chain()(scope);
      const other = new Postgres(scope, 'other', { databases: ['shop'] });
      through(proxy, other.database('shop').read);
    });
  expect(build).toThrow("prod/apps/proxy: it leads to 'db', and the access that goes through it");
});

test('fails before what does not speak PostgreSQL', () => {
  const primary = external('api.example.com', 443).endpoint;
  expect(() => modelOf((scope) => new HAProxy(scope, 'proxy', { primary }))).toThrow(
    `prod/apps/proxy: 'primary' is no endpoint of PostgreSQL or PgBouncer, got "api.example.com"`,
  );
});

test.each([
  [{ replicas: 0 }, "'replicas' must be a whole number, 1 or more, got 0"],
  [{ threads: 1.5 }, "'threads' must be a whole number, 1 or more, got 1.5"],
  [{ servers: Number.NaN }, "'servers' must be a whole number, 1 or more, got NaN"],
  [{ maxConnections: 0 }, "'maxConnections' must be a whole number, 1 or more, got 0"],
  [{ shutdownSeconds: 0 }, "'shutdownSeconds' must be a whole number of seconds, 1 or more, got 0"],
  [{ memory: '1Mi' }, `'memory' must be 64Mi or more, got "1Mi"`],
  [{ version: '2.4' }, `'version' is "2.4", which has no image`],
])('fails with %j', (props, message) => {
  expect(() => proxied(props as Props)).toThrow(`prod/apps/proxy: ${message}`);
});
