import { KeelsonError } from './errors.ts';
import type { Service } from './service.ts';

/** Where a service is reached, and the pods behind it. */
export interface Endpoint {
  /** Undefined: outside the platform. */
  readonly owner: Service | undefined;
  /** What is spoken there: 'http', 'redis', 'postgres'. */
  readonly protocol: string;
  /** Where `listed` is true, for policies and proxies alone. */
  readonly host: string;
  readonly port: number;
  /**
   * No single address is right for clients: they choose from a list among their values, and get neither
   * `_HOST` nor `_PORT`.
   */
  readonly listed?: true;
  /** Gives clients `_TLS`, where they can do both. */
  readonly tls?: boolean;
  /** Further env values of the address, by suffix, such as who else can be asked for it. */
  readonly values?: Readonly<Record<string, string>>;
  /**
   * The pods that answer, and the ports that they listen on: never the port of a Service before them.
   * @default - the owner's pods, on the endpoint's port
   */
  readonly pods?: readonly PodGroup[];
  /** A name that resolves to every single pod, for balancers; without one there is only the Service's address. */
  readonly podsHost?: string;
  /** For a proxy: whose rights count behind it. */
  readonly leadsTo?: Service;
  /** For an endpoint outside the platform: the addresses it may have. */
  readonly cidrs?: readonly string[];
}

/** An endpoint, or the service that has one. */
export type Reachable = Endpoint | { readonly endpoint: Endpoint };

export function endpointOf(given: Reachable): Endpoint {
  return 'endpoint' in given ? given.endpoint : given;
}

/** Pods behind an endpoint, by their labels. */
export interface PodGroup {
  readonly labels: Readonly<Record<string, string>>;
  readonly ports: readonly [number, ...number[]];
}

/** One value, in a Secret of the owner's namespace. */
export interface SecretKey {
  readonly secret: string;
  readonly key: string;
}

/** What a client authenticates with, by env suffix: `PASSWORD`, `CA`. */
export interface Credential {
  /** What is no secret, such as the name of the client's user. */
  readonly values?: Readonly<Record<string, string>>;
  readonly keys: Readonly<Record<string, SecretKey>>;
}

/** What `uses` takes: an endpoint, a right, and how its owner grants it. Services share only this. */
export interface Access {
  readonly endpoint: Endpoint;
  /** The owner's word for what the client may do: 'readWrite', 'shop:read'. */
  readonly right: string;
  /** Further env values, by suffix: `{ NAME: 'shop' }`. */
  readonly values?: Readonly<Record<string, string>>;
  /** The client starts, and stays useful, without it: no order of layers follows. */
  readonly soft?: true;
  /** How the credential reaches the client. */
  readonly delivery?: 'env' | 'files';
  /**
   * Whose right it is, where that is not who answers: the database behind a proxy.
   * @default - the endpoint's owner
   */
  readonly grantor?: Service;
  /** Makes the grant under the owner. It may be asked again by the same client. */
  readonly grant?: (client: Service) => Credential;
}

/** The database's grant at the proxy's address: `through(haproxy, db.database('shop').read)`. */
export function through(proxy: Reachable, access: Access): Access {
  const { grant } = access;
  const grantor = access.grantor ?? access.endpoint.owner;
  const endpoint = endpointOf(proxy);
  requireLeading(endpoint, grantor);
  return {
    ...access,
    endpoint,
    ...(grantor && { grantor }),
    ...(grant && { grant: (client) => withoutUrl(grant(client)) }),
  };
}

/** A user of one database is nobody at another. */
function requireLeading({ leadsTo, owner }: Endpoint, grantor: Service | undefined): void {
  if (leadsTo === undefined || leadsTo === grantor) return;
  throw new KeelsonError(owner ?? leadsTo, 'connection/other-grantor', {
    message: `it leads to '${leadsTo.name}', and the access that goes through it is granted by '${grantor?.name}'`,
    hint: `take an access of '${leadsTo.name}', or go through what stands before '${grantor?.name}'`,
  });
}

/** A URL that the owner makes holds the owner's address, where the client may not go. */
function withoutUrl({ keys, ...credential }: Credential): Credential {
  const { URL: _, ...others } = keys;
  return { ...credential, keys: others };
}

/** An access that the client can do without: log shipping, traces. */
export function soft(access: Access): Access {
  return { ...access, soft: true };
}

/** The credential as files under `/run/secrets/<alias>`, which a program can read again after a change. */
export function asFiles(access: Access): Access {
  return { ...access, delivery: 'files' };
}

export interface ExternalOptions {
  /** @default 'https' */
  readonly protocol?: string;
  /** @default true */
  readonly tls?: boolean;
  /**
   * The addresses it may have, for the network policy.
   * @default - any address outside the cluster, on that port
   */
  readonly cidrs?: readonly string[];
}

/** Something outside the platform: `external('api.stripe.com', 443)`. */
export function external(host: string, port: number, options: ExternalOptions = {}): Access {
  const { protocol = 'https', tls = true, cidrs } = options;
  const endpoint = { owner: undefined, protocol, host, port, tls, ...(cidrs && { cidrs }) };
  return { endpoint, right: 'connect' };
}
