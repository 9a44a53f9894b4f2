import { expect, test } from 'vitest';
import type * as k8s from '#imports/k8s.ts';
import { type Access, external, through } from '../../src/core/access.ts';
import type { Tier } from '../../src/core/tier.ts';
import { HAProxy } from '../../src/services/haproxy.ts';
import { PgAdmin, type PgAdminProps } from '../../src/services/pgadmin.ts';
import { Postgres } from '../../src/services/postgres.ts';
import { listed, modelOf, objectOf, specOf, synth } from '../synth.ts';

type Props = Omit<PgAdminProps, 'shows'>;

const everyProp: Required<Props> = {
  email: 'dba@example.com',
  storage: '5Gi',
  resources: { cpu: '200m', memory: '1Gi' },
  version: '8.14',
  renamedFrom: 'admin',
  retire: true,
};

type Scope = Parameters<Parameters<typeof modelOf>[0]>[0];

const build =
  (props: Props = {}) =>
  (scope: Scope) => {
    const db = new Postgres(scope, 'db', { databases: ['shop', 'audit_log'] });
    const proxy = new HAProxy(scope, 'proxy', { primary: db });
    const shows = {
      SHOP: through(proxy, db.database('shop').read),
      AUDIT_LOG: db.database('audit_log').read,
    };
    new PgAdmin(scope, 'pgadmin', { shows, ...props });
  };

function own(yaml: string): string {
  const documents = yaml.split('---\n');
  return documents.filter((each) => /^ {2}name: (pg)?admin/m.test(each)).join('---\n');
}

test.each([
  ['defaults', {}, 'production'],
  ['defaults-review', {}, 'review'],
  ['every-prop', everyProp, 'production'],
] as const satisfies [string, Props, Tier][])('golden: %s', async (golden, props, tier) => {
  await expect(own(synth(build(props), { environment: { tier } }))).toMatchFileSnapshot(
    `../golden/pgadmin/${golden}.yaml`,
  );
});

test('it lists what it was given, with its own user and no password', () => {
  const data = objectOf(modelOf(build()), 'ConfigMap', 'pgadmin-config')['data'];
  const { Servers } = JSON.parse((data as Record<string, string>)['servers.json'] ?? '');
  expect(Servers).toEqual({
    1: {
      Name: 'shop',
      Group: 'Servers',
      Host: 'proxy',
      Port: 5432,
      MaintenanceDB: 'shop',
      Username: 'pgadmin',
      ConnectionParameters: { sslmode: 'require' },
    },
    2: expect.objectContaining({ Host: 'db-rw', MaintenanceDB: 'audit_log' }),
  });
});

test('one pod by design: it says so, and no budget keeps a node from being emptied', () => {
  const model = modelOf(build());
  expect(specOf<k8s.StatefulSetSpec>(model, 'StatefulSet', 'pgadmin').replicas).toBe(1);
  expect(listed(model).join()).not.toContain('PodDisruptionBudget pgadmin');
  const facts = model.services.find(({ origin }) => origin.service === 'pgadmin');
  expect(facts).toMatchObject({ availability: 'best effort', backup: 'declined' });
});

test('nobody reaches it from outside: no policy lets anybody in', () => {
  const policies = listed(modelOf(build())).filter((line) =>
    line.includes('NetworkPolicy pgadmin'),
  );
  expect(policies).toEqual([
    'apps: NetworkPolicy pgadmin-to-db',
    'apps: NetworkPolicy pgadmin-to-proxy',
  ]);
});

test('its interpreter needs one capability, which the level `restricted` admits', () => {
  const { spec } = specOf<k8s.StatefulSetSpec>(modelOf(build()), 'StatefulSet', 'pgadmin').template;
  expect(spec?.containers[0]?.securityContext).toEqual({
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE'] },
    readOnlyRootFilesystem: false,
  });
});

test('its own password is generated, and read from a file', () => {
  const model = modelOf(build());
  expect(model.secrets.find(({ name }) => name === 'pgadmin-login')?.keys).toMatchObject({
    password: { from: 'generated' },
  });
  const { spec } = specOf<k8s.StatefulSetSpec>(model, 'StatefulSet', 'pgadmin').template;
  const env = spec?.containers[0]?.env;
  expect(env?.find(({ name }) => name === 'PGADMIN_DEFAULT_EMAIL')?.value).toBe(
    'admin@example.com',
  );
  expect(env?.map(({ name }) => name)).not.toContain('PGADMIN_DEFAULT_PASSWORD');
});

test.each([
  [{ email: 'nobody' }, `'email' must be an address, got "nobody"`],
  [{ storage: '1GB' }, `'storage' must be an amount in Ki, Mi, Gi, Ti or Pi, got "1GB"`],
  [{ version: '4' }, `'version' is "4", which has no image`],
])('fails with %j', (props, message) => {
  expect(() => modelOf(build(props as Props))).toThrow(`prod/apps/pgadmin: ${message}`);
});

test('fails without a database, and with something else', () => {
  const showing = (shows: Record<string, Access>) => () =>
    modelOf((scope) => new PgAdmin(scope, 'pgadmin', { shows }));
  expect(showing({})).toThrow("prod/apps/pgadmin: 'shows' names no database");
  expect(showing({ API: external('a.b', 443) })).toThrow(
    "prod/apps/pgadmin: 'API' in 'shows' is no access to a database of PostgreSQL",
  );
});
