import type { Construct } from 'constructs';
import type * as k8s from '#imports/k8s.ts';
import type { Access } from '../core/access.ts';
import { BackedUp } from '../core/backed-up.ts';
import { type Connection, connect } from '../core/connection.ts';
import { KeelsonError } from '../core/errors.ts';
import { placeOf } from '../core/place.ts';
import type { Quantity } from '../core/quantity.ts';
import { generated, SecretDeclaration } from '../core/secret.ts';
import { Service, type StatefulProps } from '../core/service.ts';
import type { VersionOf } from '../core/third-party-images.ts';
import { configFiles, rolledBy } from '../workload/config-files.ts';
import { programImage } from '../workload/program-image.ts';
import { type Resources, requireQuantity, resources } from '../workload/resources.ts';
import { containerSecurity } from '../workload/security.ts';
import { singlePod } from '../workload/single-pod.ts';

export interface PgAdminProps extends StatefulProps {
  /** The databases that it lists, by any alias: `{ SHOP: db.database('shop').read }`. */
  readonly shows: Readonly<Record<string, Access>>;

  /**
   * Whom its first account belongs to.
   * @default - admin@ the environment's domain
   */
  readonly email?: string;

  /**
   * Size of the volume for accounts, queries and settings.
   * @default '1Gi'
   */
  readonly storage?: Quantity;

  /**
   * Processor and memory of its pod.
   * @default - the tier's processor share, and 512Mi
   */
  readonly resources?: Resources;

  /**
   * The version of pgAdmin 4.
   * @default '8.14'
   */
  readonly version?: VersionOf<'pgadmin'>;
}

const PORT = 8080;
const USER = 5050;
const SERVERS = '/pgadmin4/servers.json';
const PASSWORD = '/run/secrets/login/password';

/**
 * A page on databases, in one pod: its accounts lie in a file. Nothing exposes it:
 * `kubectl port-forward service/<name> 8080` opens it for who may do that. It lists the databases that it was given
 * when it first started; people enter their passwords, which stand in its environment, and add what comes later. Its
 * own password is in the Secret `<name>-login`. A new version replaces the pod and changes the file of accounts,
 * which an older one may not read.
 */
export class PgAdmin extends Service {
  declare readonly availability: 'best effort';

  constructor(scope: Construct, id: string, props: PgAdminProps) {
    super(scope, id, { software: 'pgadmin', availability: 'best effort', stateful: props });
    const { email = `admin@${placeOf(this).domain}`, shows, storage = '1Gi' } = props;
    const { version = '8.14' } = props;
    requireQuantity(this, 'storage', storage);
    requireEmail(this, email);
    const connections = Object.entries(shows).map(([alias, access]) =>
      connect(this, alias, requirePostgres(this, alias, access)),
    );
    if (connections.length === 0) {
      throw new KeelsonError(this, 'pgadmin/shows-nothing', {
        message: "'shows' names no database",
        hint: "such as { SHOP: db.database('shop').read }",
      });
    }
    new BackedUp(this, 'declined'); // what people have typed, they can type again
    const login = `${this.name}-login`;
    new SecretDeclaration(this, { name: login, keys: { password: generated() } });
    const files = configFiles(this, { [SERVERS]: serversOf(connections) });

    singlePod(this, {
      user: USER,
      port: PORT,
      data: { path: '/var/lib/pgadmin', storage },
      template: rolledBy(this, files),
      container: {
        name: 'pgadmin',
        image: programImage(this, 'pgadmin', version),
        env: [
          { name: 'PGADMIN_DEFAULT_EMAIL', value: email },
          { name: 'PGADMIN_DEFAULT_PASSWORD_FILE', value: PASSWORD },
          { name: 'PGADMIN_DISABLE_POSTFIX', value: '1' },
          { name: 'PGADMIN_LISTEN_PORT', value: String(PORT) },
          { name: 'PGADMIN_SERVER_JSON_FILE', value: SERVERS },
          ...connections.flatMap(({ env }) => env),
        ],
        ...probes(),
        resources: resources(this, { memory: '512Mi', ...props.resources }),
        securityContext: security(),
        volumeMounts: [
          { name: 'login', mountPath: '/run/secrets/login', readOnly: true },
          ...files.mounts,
        ],
      },
      volumes: [{ name: 'login', secret: { secretName: login } }, ...files.volumes],
    });
  }
}

/** Its interpreter carries this capability, and does not start without; its entry point writes beside itself. */
function security(): k8s.SecurityContext {
  const { capabilities, ...others } = containerSecurity();
  return {
    ...others,
    capabilities: { ...capabilities, add: ['NET_BIND_SERVICE'] },
    readOnlyRootFilesystem: false,
  };
}

/** What it reads when it starts for the first time: where databases are, and no password. */
function serversOf(connections: readonly Connection[]): string {
  const servers = connections.map(({ access, alias, credential, host }) => ({
    Name: alias.toLowerCase().replaceAll('_', '-'),
    Group: 'Servers',
    Host: host,
    Port: access.endpoint.port,
    MaintenanceDB: access.values?.['NAME'],
    Username: access.values?.['USER'] ?? credential?.values?.['USER'],
    ConnectionParameters: { sslmode: 'require' },
  }));
  const numbered = servers.map((server, at) => [String(at + 1), server]);
  return `${JSON.stringify({ Servers: Object.fromEntries(numbered) }, null, 2)}\n`;
}

function probes(): Pick<k8s.Container, 'livenessProbe' | 'readinessProbe' | 'startupProbe'> {
  const httpGet = { path: '/misc/ping', port: 'http' };
  return {
    startupProbe: { httpGet, periodSeconds: 5, timeoutSeconds: 2, failureThreshold: 60 },
    readinessProbe: { httpGet, periodSeconds: 5, timeoutSeconds: 2 },
    livenessProbe: { httpGet, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 },
  };
}

function requirePostgres(tool: Service, alias: string, access: Access | undefined): Access {
  if (access?.endpoint?.protocol === 'postgres' && access.values?.['NAME']) return access;
  throw new KeelsonError(tool, 'pgadmin/not-postgres', {
    message: `'${alias}' in 'shows' is no access to a database of PostgreSQL`,
    hint: "such as `db.database('shop').read`, also through a proxy",
  });
}

function requireEmail(tool: Service, given: unknown): void {
  if (typeof given === 'string' && /^[\w.+-]+@[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(given)) return;
  throw new KeelsonError(tool, 'pgadmin/bad-email', {
    message: `'email' must be an address, got ${JSON.stringify(given)}`,
    hint: 'pgAdmin knows people by it; it sends nothing there',
  });
}
