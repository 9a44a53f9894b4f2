import * as k8s from '#imports/k8s.ts';
import { DatabaseRole, type DatabaseRoleSpec } from '#imports/postgresql.cnpg.io.ts';
import type { Endpoint } from '../../core/access.ts';
import { connect } from '../../core/connection.ts';
import { late } from '../../core/late.ts';
import { generated, literal, SecretDeclaration } from '../../core/secret.ts';
import { Service } from '../../core/service.ts';
import { serviceAccount } from '../../workload/account.ts';
import { configFiles, noted } from '../../workload/config-files.ts';
import { resources } from '../../workload/resources.ts';
import { containerSecurity, podSecurity } from '../../workload/security.ts';
import { ownerOf } from './names.ts';
import { RIGHTS_FILES } from './rights-sql.ts';
import { authorityOf, PostgresUser, RELOAD } from './users.ts';

export interface RightsOptions {
  readonly image: string;
  readonly databases: readonly string[];
  readonly endpoint: Endpoint;
}

/** Acts for the owners of all databases; no service can have such a name. */
export const KEEPER = 'rights_keeper';

/** The user of the image. */
const USER = 26;

/**
 * Says in SQL what no custom resource can: who owns what clients make, and who may read it. It has no
 * superuser; every client does its own part. Its name is stable and Flux makes it anew when a client,
 * a right or a database has changed; it may run at any time and as often as one likes.
 */
class Rights extends Service {}

export function rights(postgres: Service, options: RightsOptions): void {
  const { databases, endpoint } = options;
  keeper(postgres, databases);
  const job = new Rights(postgres, `${postgres.name}-rights`);
  connect(job, 'DATABASE', { endpoint, right: 'rights' });
  const files = configFiles(job, RIGHTS_FILES);

  new k8s.Job(job, 'Resource', {
    metadata: {
      name: job.name,
      annotations: { 'kustomize.toolkit.fluxcd.io/force': 'Enabled' },
    },
    spec: {
      activeDeadlineSeconds: 1800, // the first instance may take its time
      backoffLimit: 3,
      template: {
        metadata: { labels: { ...job.selector }, ...noted(files) },
        spec: {
          serviceAccountName: job.name,
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          restartPolicy: 'Never',
          securityContext: podSecurity(job, USER),
          containers: [
            {
              name: 'rights',
              image: options.image,
              command: ['sh', '/etc/rights/apply.sh'],
              env: environment(postgres, options),
              resources: resources(job, { cpu: '20m', memory: '64Mi' }),
              securityContext: containerSecurity(),
              volumeMounts: [
                { name: 'tmp', mountPath: '/tmp' },
                ...files.mounts,
                { name: 'passwords', mountPath: '/run/rights', readOnly: true },
                { name: 'ca', mountPath: '/run/ca', readOnly: true },
              ],
            },
          ],
          volumes: [{ name: 'tmp', emptyDir: {} }, ...files.volumes, ...credentials(postgres)],
        },
      },
    },
  });
  serviceAccount(job, {});
}

function keeper(postgres: Service, databases: readonly string[]): void {
  const name = keeperSecret(postgres);
  const keys = { username: literal(KEEPER), password: generated() };
  const type = 'kubernetes.io/basic-auth';
  new SecretDeclaration(postgres, { name, type, labels: RELOAD, keys });
  role(postgres, name, {
    name: KEEPER,
    login: true,
    passwordSecret: { name },
    inRoles: databases.map(ownerOf),
  });
}

const keeperSecret = (postgres: Service): string => `${postgres.name}-rights-keeper`;

/** A role that outlives its object: databases lean on it. */
export function role(
  postgres: Service,
  name: string,
  spec: Omit<DatabaseRoleSpec, 'cluster'>,
): void {
  new DatabaseRole(postgres, name, {
    metadata: { name },
    spec: { cluster: { name: postgres.name }, ...spec, databaseRoleReclaimPolicy: 'retain' },
  });
}

function environment(postgres: Service, { databases, endpoint }: RightsOptions): k8s.EnvVar[] {
  const clients = late(() =>
    PostgresUser.of(postgres)
      .flatMap(({ rights, user }) => rights.map((right) => [user, ...right].join(':')))
      .join(' '),
  );
  return [
    { name: 'PGHOST', value: endpoint.host },
    { name: 'PGPORT', value: String(endpoint.port) },
    { name: 'PGSSLMODE', value: 'verify-full' },
    { name: 'PGSSLROOTCERT', value: '/run/ca/ca.crt' },
    { name: 'PGCONNECT_TIMEOUT', value: '10' },
    { name: 'DATABASES', value: databases.join(' ') },
    { name: 'CLIENTS', value: clients },
  ];
}

/** Every client's password as a file of its user's name. */
function credentials(postgres: Service): k8s.Volume[] {
  const password = (name: string, path: string): k8s.VolumeProjection => ({
    secret: { name, items: [{ key: 'password', path }] },
  });
  const sources = late(() => [
    password(keeperSecret(postgres), KEEPER),
    ...PostgresUser.of(postgres).map(({ secret, user }) => password(secret, user)),
  ]);
  const ca = { secretName: authorityOf(postgres), items: [{ key: 'ca.crt', path: 'ca.crt' }] };
  return [
    { name: 'passwords', projected: { sources } },
    { name: 'ca', secret: ca },
  ];
}
