import type { Construct } from 'constructs';
import type { Access, Endpoint } from '../core/access.ts';
import { addressProblem } from '../core/address.ts';
import { KeelsonError } from '../core/errors.ts';
import { isDnsSubdomain, suggest } from '../core/names.ts';
import { derived, human, SecretDeclaration, type SecretKeys } from '../core/secret.ts';
import { urlPart } from '../core/secret-source.ts';
import { Service } from '../core/service.ts';

export interface ManagedPostgresProps<D extends string> {
  /** The host name of the primary, as the provider prints it. */
  readonly host: string;

  /**
   * The host name that leads to replicas.
   * @default - the primary's
   */
  readonly replicasHost?: string;

  /** @default 5432 */
  readonly port?: number;

  /** The addresses that the host names may resolve to: the subnets that the provider places it in. */
  readonly cidrs: readonly [string, ...string[]];

  /** The databases that clients can be given. Somebody makes them, and their users, at the provider. */
  readonly databases: readonly [D, ...D[]];
}

/** What a client may do in one database, in the words of `Postgres`. */
export interface ManagedDatabaseAccesses {
  readonly read: Access;
  readonly readWrite: Access;
  readonly readFromReplicas: Access;
}

/**
 * A PostgreSQL that a cloud provider runs: addresses and logins, no objects. Each database has two users,
 * `<database>_read` and `<database>_write`; somebody makes them at the provider and gives their passwords and the
 * provider's certificate.
 */
export class ManagedPostgres<const D extends string = string> extends Service {
  /** The primary, for proxies: it grants nothing. */
  readonly endpoint: Endpoint;
  /** The replicas, for proxies. */
  readonly replicas: Endpoint;
  readonly #databases: readonly string[];

  constructor(scope: Construct, id: string, props: ManagedPostgresProps<D>) {
    super(scope, id, { software: 'postgres' });
    const { cidrs, databases, host, port = 5432, replicasHost = host } = props;
    requireHost(this, 'host', host);
    requireHost(this, 'replicasHost', replicasHost);
    this.#databases = requireNames(this, databases);
    const at = (name: string): Endpoint => ({
      owner: undefined,
      protocol: 'postgres',
      host: name,
      port,
      leadsTo: this,
      cidrs,
    });
    this.endpoint = at(host);
    this.replicas = at(replicasHost);
    requireAddress(this, this.endpoint);
  }

  /** One of the declared databases, with the accesses that `Postgres` gives. */
  database(name: D): ManagedDatabaseAccesses {
    if (!this.#databases.includes(name)) {
      throw new KeelsonError(this, 'managed-postgres/unknown-database', {
        message: `database ${JSON.stringify(name) ?? 'undefined'} is not declared`,
        hint: `add it to 'databases'; ${suggest('databases', String(name), this.#databases)}`,
      });
    }
    return {
      read: this.#access(name, 'read', this.endpoint),
      readWrite: this.#access(name, 'write', this.endpoint),
      readFromReplicas: this.#access(name, 'read', this.replicas),
    };
  }

  #access(database: string, right: 'read' | 'write', endpoint: Endpoint): Access {
    const secret = this.#secret(database, right);
    const replicas = endpoint.host !== this.endpoint.host;
    return {
      endpoint,
      right: `${database}:${right === 'read' ? right : 'readWrite'}`,
      values: { NAME: database, USER: userOf(database, right) },
      grantor: this,
      grant: () => {
        this.#login(database, right);
        return {
          keys: {
            PASSWORD: { secret, key: 'password' },
            URL: { secret, key: replicas ? 'url-replicas' : 'url' },
            CA: { secret: `${this.name}-ca`, key: 'ca.crt' },
          },
        };
      },
    };
  }

  /** Asks for what somebody has to give, once there is a client for it. */
  #login(database: string, right: 'read' | 'write'): void {
    const { host } = this.endpoint;
    const ca = { 'ca.crt': human(`certificate of who signs the server's, for ${host}`) };
    this.#declare(`${this.name}-ca`, ca);
    const user = userOf(database, right);
    const url = (at: Endpoint) =>
      derived(
        `postgresql://${urlPart(user)}:{password:url}@${at.host}:${at.port}/${database}?sslmode=require`,
      );
    const different = this.replicas.host !== this.endpoint.host && right === 'read';
    const keys = {
      password: human(`password of user '${user}' at ${host}`),
      url: url(this.endpoint),
      ...(different && { 'url-replicas': url(this.replicas) }),
    };
    this.#declare(this.#secret(database, right), keys);
  }

  #declare(name: string, keys: SecretKeys): void {
    const known = this.node.children.filter((child) =>
      SecretDeclaration.isSecretDeclaration(child),
    );
    if (!known.some((each) => each.name === name)) new SecretDeclaration(this, { name, keys });
  }

  #secret(database: string, right: string): string {
    return `${this.name}-${database.replaceAll('_', '-')}-${right}`;
  }
}

const userOf = (database: string, right: string): string => `${database}_${right}`;

function requireNames(service: Service, given: unknown): readonly string[] {
  const names: readonly unknown[] = Array.isArray(given) ? given : [given];
  const wrong = names.find(
    (name) =>
      typeof name !== 'string' || !/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/.test(name) || name.length > 40,
  );
  if (names.length > 0 && wrong === undefined && new Set(names).size === names.length) {
    return names as readonly string[];
  }
  throw new KeelsonError(service, 'managed-postgres/bad-databases', {
    message: `'databases' must name each database once (a-z, 0-9 and '_' between), got ${JSON.stringify(given) ?? 'undefined'}`,
    hint: "such as databases: ['shop']; at most 40 letters each",
  });
}

function requireHost(service: Service, prop: string, given: unknown): void {
  if (isDnsSubdomain(given)) return;
  throw new KeelsonError(service, 'managed-postgres/bad-host', {
    message: `'${prop}' must be a host name, got ${JSON.stringify(given)}`,
    hint: 'the endpoint as the provider prints it, without scheme and port',
  });
}

function requireAddress(service: Service, endpoint: Endpoint): void {
  const problem = addressProblem(endpoint);
  if (problem === undefined) return;
  throw new KeelsonError(service, 'managed-postgres/bad-address', {
    message: `it is at ${problem}`,
    hint: "'port' is a number from 1 to 65535, 'cidrs' are blocks such as '10.0.64.0/20'",
  });
}
