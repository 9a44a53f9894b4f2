import { Construct, type IConstruct } from 'constructs';
import type { Access, Credential, Endpoint, SecretKey } from './access.ts';
import { addressProblem } from './address.ts';
import { type CarriedKey, carriedKeys, withCarried } from './carried-secret.ts';
import { KeelsonError } from './errors.ts';
import { hostSeenFrom } from './host.ts';
import { placeOf, SHARED } from './place.ts';
import type { Service } from './service.ts';

/** A variable of a container: a value, or a key of a Secret. */
export interface EnvVar {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: {
    readonly secretKeyRef: { readonly name: string; readonly key: string };
  };
}

/** A credential that a container sees as files: one for each key, by its suffix in lower case. */
export interface SecretFiles {
  /** Of the volume. */
  readonly name: string;
  readonly folder: string;
  readonly keys: Readonly<Record<string, SecretKey>>;
}

export interface ConnectionOptions {
  /**
   * Whose grant it shares: a migration works as the service that it migrates for.
   * @default - the client
   */
  readonly onBehalfOf?: Service;
}

/** One client that uses one access under one alias. The tree is the list: nobody else keeps one. */
export class Connection extends Construct {
  readonly client: Service;
  readonly alias: string;
  readonly access: Access;
  /** As the client reads it, in its own namespace. */
  readonly credential: Credential | undefined;
  /** What has to be brought there from the owner's namespace. */
  readonly carried: readonly CarriedKey[];

  constructor(client: Service, alias: string, access: Access, options: ConnectionOptions = {}) {
    requireAlias(client, alias);
    requireAccess(client, alias, access);
    super(client, connectionId(alias));
    requireReach(client, alias, access);
    this.client = client;
    this.alias = alias;
    this.access = access;
    const granted = access.grant?.(options.onBehalfOf ?? client);
    this.carried = carriedKeys(client, access.grantor ?? access.endpoint.owner, granted);
    this.credential = withCarried(granted, this.carried);
  }

  /** What the client's containers get: `CACHE_HOST`, `CACHE_PORT`, `CACHE_PASSWORD`, … */
  get env(): EnvVar[] {
    const values = Object.entries(this.values);
    return [
      ...values.map(([suffix, value]) => ({ name: `${this.alias}_${suffix}`, value })),
      ...this.#credentialEnv(),
    ];
  }

  /** What of it is no secret, by suffix. */
  get values(): Readonly<Record<string, string>> {
    const { endpoint, values } = this.access;
    const { listed, port, tls } = endpoint;
    return {
      ...(!listed && { HOST: this.host, PORT: String(port) }),
      ...(tls !== undefined && { TLS: String(tls) }),
      ...endpoint.values,
      ...values,
      ...this.credential?.values,
    };
  }

  get files(): SecretFiles[] {
    const { access, alias, credential } = this;
    if (access.delivery !== 'files' || !credential) return [];
    const name = `uses-${alias.toLowerCase().replaceAll('_', '-')}`;
    return [{ name, folder: folderOf(alias), keys: credential.keys }];
  }

  /** A bare name inside the namespace, the full one across. */
  get host(): string {
    const { owner, host } = this.access.endpoint;
    return hostSeenFrom(this.client, owner, host);
  }

  #credentialEnv(): EnvVar[] {
    const { access, alias, credential } = this;
    return Object.entries(credential?.keys ?? {}).map(([suffix, { key, secret }]) =>
      access.delivery === 'files'
        ? { name: `${alias}_${suffix}_FILE`, value: `${folderOf(alias)}/${suffix.toLowerCase()}` }
        : { name: `${alias}_${suffix}`, valueFrom: { secretKeyRef: { name: secret, key } } },
    );
  }

  static isConnection(construct: IConstruct): construct is Connection {
    return construct instanceof Connection;
  }

  /** A client's connections by alias, never in the order of the code. */
  static of(client: Service): Connection[] {
    const all = client.node.children.filter((child) => Connection.isConnection(child));
    return all.sort((a, b) => (a.alias < b.alias ? -1 : 1));
  }
}

/** Adds a connection to a client that exists already: for two services that use each other. */
export function connect(client: Service, alias: string, access: Access): Connection {
  return new Connection(client, alias, access);
}

const connectionId = (alias: string): string => `uses-${alias}`;
const folderOf = (alias: string): string => `/run/secrets/${alias.toLowerCase()}`;

/** From JavaScript, or behind a cast: a service is no access, and neither is what was never set. */
function requireAccess(client: Service, alias: string, access: Access | undefined): void {
  if (typeof access?.endpoint === 'object') return;
  throw new KeelsonError(client, 'connection/no-access', {
    message: `'${alias}' in 'uses' is no access`,
    hint: "take one from the service that is used, such as `cache.keys('*').read` or `api.http`",
  });
}

function requireAlias(client: Service, alias: string): void {
  if (client.node.locked) {
    throw new KeelsonError(client, 'compose/kept-tree', {
      message: `'${alias}' is connected to a service of a tree that is already complete`,
      hint: 'keep nothing between calls of compose; build everything from the env that is passed in',
    });
  }
  if (!/^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/.test(alias) || alias.length > LONGEST_ALIAS) {
    throw new KeelsonError(client, 'connection/bad-alias', {
      message: `alias '${alias}' in 'uses' must be written like an environment variable (A-Z, 0-9, and '_' between), of at most ${LONGEST_ALIAS} letters`,
      hint: `it becomes ${alias.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_')}_HOST and so on in the client's environment`,
    });
  }
  if (client.node.tryFindChild(connectionId(alias))) {
    throw new KeelsonError(client, 'connection/alias-twice', {
      message: `alias '${alias}' is used twice`,
      hint: 'give each connection an alias of its own',
    });
  }
}

/** What Kubernetes leaves of a volume's name behind `uses-`. */
const LONGEST_ALIAS = 50;

function requireReach(client: Service, alias: string, access: Access): void {
  requireAddress(client, alias, access.endpoint);
  for (const owner of [access.endpoint.owner, access.grantor]) {
    if (owner) requireOwner(client, alias, owner);
  }
}

function requireOwner(client: Service, alias: string, owner: Service): void {
  if (owner.node.root !== client.node.root) {
    throw new KeelsonError(client, 'connection/other-tree', {
      message: `'${alias}' leads to '${owner.node.path}', which another cluster or an earlier compose made`,
      hint: 'build everything from the env that is passed in; give what is far away an address with external()',
    });
  }
  const [here, there] = [placeOf(client), placeOf(owner)];
  if (here.environment === there.environment || there.environment === SHARED) return;
  throw new KeelsonError(client, 'connection/other-environment', {
    message: `'${alias}' leads to '${owner.name}' in environment '${there.environment}'`,
    hint: `move '${owner.name}' to composeCluster to share it, or give it an address with external()`,
  });
}

/** A policy without addresses would not close the way, but open all of them. */
function requireAddress(client: Service, alias: string, endpoint: Endpoint): void {
  const problem = addressProblem(endpoint);
  if (problem === undefined) return;
  throw new KeelsonError(client, 'connection/bad-address', {
    message: `'${alias}' leads to ${problem}`,
    hint: "a host name, a port from 1 to 65535 and, if any, addresses such as '10.0.0.0/16'",
  });
}
