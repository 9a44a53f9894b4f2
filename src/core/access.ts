import type { Service } from './service.ts';

/** Where a service is reached, and the pods behind it. */
export interface Endpoint {
  /** Undefined: outside the platform. */
  readonly owner: Service | undefined;
  /** What is spoken there: 'http', 'redis', 'postgres'. */
  readonly protocol: string;
  readonly host: string;
  readonly port: number;
  readonly tls?: boolean;
  /**
   * The pods that answer, and the port that they listen on.
   * @default - the owner's pods, on the endpoint's port
   */
  readonly pods?: { readonly labels: Readonly<Record<string, string>>; readonly port: number };
  /** For an endpoint outside the platform: the addresses it may have. */
  readonly cidrs?: readonly string[];
}

/** The Secret that a client authenticates with: env suffix (`PASSWORD`) to key in the Secret. */
export interface Credential {
  readonly secret: string;
  readonly keys: Readonly<Record<string, string>>;
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
  /** Makes the grant under the owner. It may be asked again by the same client. */
  readonly grant?: (client: Service) => Credential;
}

/** The database's grant at the proxy's address: `through(haproxy.endpoint, db.database('shop').read)`. */
export function through(proxy: Endpoint, access: Access): Access {
  return { ...access, endpoint: proxy };
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
