import { expect, test } from 'vitest';
import type * as k8s from '#imports/k8s.ts';
import { through } from '../../src/core/access.ts';
import { HAProxy } from '../../src/services/haproxy.ts';
import { ManagedPostgres, type ManagedPostgresProps } from '../../src/services/managed-postgres.ts';
import { Worker } from '../../src/services/worker.ts';
import { listed, modelOf, objectOf, specOf, synth } from '../synth.ts';

type Props = ManagedPostgresProps<'shop' | 'audit_log'>;

const everyProp: Required<Props> = {
  host: 'shop.abc123.eu-west-1.rds.amazonaws.com',
  replicasHost: 'shop.ro-abc123.eu-west-1.rds.amazonaws.com',
  port: 5433,
  cidrs: ['10.20.80.0/20', '10.20.64.0/20'],
  databases: ['shop', 'audit_log'],
};

const minimal: Props = {
  host: 'db.example.com',
  cidrs: ['10.0.0.0/16'],
  databases: ['shop', 'audit_log'],
};

type Scope = Parameters<Parameters<typeof modelOf>[0]>[0];

/** It has no objects of its own, so goldens show it with a client. */
const withClient = (props: Props) => (scope: Scope) => {
  const db = new ManagedPostgres(scope, 'db', props);
  const uses = {
    DATABASE: db.database('shop').readWrite,
    READS: db.database('shop').readFromReplicas,
  };
  new Worker(scope, 'mailer', { image: 'shop', uses });
};

test.each([
  ['defaults', minimal],
  ['every-prop', everyProp],
] as const satisfies [string, Props][])('golden: %s', async (golden, props) => {
  const yaml = synth(withClient(props), { environment: { tier: 'review' } });
  await expect(yaml).toMatchFileSnapshot(`../golden/managed-postgres/${golden}.yaml`);
});

test('it has no objects of its own', () => {
  expect(listed(modelOf((scope) => new ManagedPostgres(scope, 'db', minimal)))).toEqual([]);
});

test('somebody gives a certificate, and the passwords of those users that somebody uses', () => {
  const { secrets } = modelOf(withClient(minimal));
  expect(secrets.map(({ name }) => name)).toEqual(['db-ca', 'db-shop-write', 'db-shop-read']);
  expect(secrets[1]?.keys).toEqual({
    password: { from: 'human', about: "password of user 'shop_write' at db.example.com" },
    url: {
      from: 'template',
      template: 'postgresql://shop_write:{password:url}@db.example.com:5432/shop?sslmode=require',
    },
  });
});

test('a client of `Postgres` needs no change', () => {
  const model = modelOf(withClient(everyProp));
  const { spec } = specOf<k8s.DeploymentSpec>(model, 'Deployment', 'mailer').template;
  const env = spec?.containers[0]?.env ?? [];
  expect(env.map(({ name }) => name).filter((name) => name.startsWith('DATABASE_'))).toEqual([
    'DATABASE_HOST',
    'DATABASE_PORT',
    'DATABASE_NAME',
    'DATABASE_USER',
    'DATABASE_PASSWORD',
    'DATABASE_URL',
    'DATABASE_CA',
  ]);
  expect(env).toContainEqual({ name: 'READS_HOST', value: everyProp.replicasHost });
  expect(env).toContainEqual({
    name: 'READS_URL',
    valueFrom: { secretKeyRef: { name: 'db-shop-read', key: 'url-replicas' } },
  });
});

test('clients reach its subnets and nothing else', () => {
  const policy = specOf<k8s.NetworkPolicySpec>(
    modelOf(withClient(everyProp)),
    'NetworkPolicy',
    'mailer-external-database',
  );
  expect(policy.egress).toEqual([
    {
      to: [{ ipBlock: { cidr: '10.20.64.0/20' } }, { ipBlock: { cidr: '10.20.80.0/20' } }],
      ports: [{ protocol: 'TCP', port: 5433 }],
    },
  ]);
});

test('a proxy stands before it as before every other', () => {
  const model = modelOf((scope) => {
    const db = new ManagedPostgres(scope, 'db', minimal);
    const proxy = new HAProxy(scope, 'proxy', { primary: db });
    const uses = { DATABASE: through(proxy, db.database('shop').read) };
    new Worker(scope, 'mailer', { image: 'shop', uses });
  });
  expect(objectOf(model, 'ConfigMap', 'proxy-config')['data']).toEqual({
    'haproxy.cfg': expect.stringContaining('server-template primary- 10 db.example.com:5432\n'),
  });
});

test('a database that is not declared is no word of the language, and refused from JavaScript', () => {
  const build = () =>
    modelOf((scope) => {
      const db = new ManagedPostgres(scope, 'db', minimal);
      // @ts-expect-error 'shops' is not among the databases
      db.database('shops');
    });
  expect(build).toThrow(`prod/apps/db: database "shops" is not declared`);
});

test.each([
  [{ host: 'https://db' }, `'host' must be a host name, got "https://db"`],
  [{ replicasHost: '' }, `'replicasHost' must be a host name, got ""`],
  [{ port: Number.NaN }, 'it is at port NaN'],
  [{ cidrs: ['10.0.0.1'] }, 'it is at addresses "10.0.0.1"'],
  [{ cidrs: [] }, 'it is at no addresses at all'],
  [
    { databases: [] },
    "'databases' must name each database once (a-z, 0-9 and '_' between), got []",
  ],
  [{ databases: ['a b'] }, "'databases' must name each database once"],
  [{ databases: ['a', 'a'] }, "'databases' must name each database once"],
])('fails with %j', (props, message) => {
  expect(() => modelOf(withClient({ ...minimal, ...(props as Partial<Props>) }))).toThrow(
    `prod/apps/db: ${message}`,
  );
});
