import type { Construct } from 'constructs';
import type { Access } from '../core/access.ts';
import { addressProblem } from '../core/address.ts';
import { KeelsonError } from '../core/errors.ts';
import { isDnsSubdomain } from '../core/names.ts';
import { derived, human, SecretDeclaration } from '../core/secret.ts';
import { urlPart } from '../core/secret-source.ts';
import { Service } from '../core/service.ts';

export interface ManagedRedisProps {
  /** The cluster endpoint that the provider gives. */
  readonly host: string;

  /** @default 6379 */
  readonly port?: number;

  /** The addresses that the host name may resolve to: the subnets that the provider places it in. */
  readonly cidrs: readonly [string, ...string[]];

  /**
   * How clients say who they are: with a password that somebody gives, or by their cloud role.
   * @default 'password'
   */
  readonly login?: 'password' | 'cloud-role';

  /**
   * The user that clients log in as.
   * @default 'default'
   */
  readonly user?: string;
}

/** A Redis that a cloud provider runs, such as MemoryDB or ElastiCache: an address and a login, no objects. */
export class ManagedRedis extends Service {
  readonly #props: ManagedRedisProps;

  constructor(scope: Construct, id: string, props: ManagedRedisProps) {
    super(scope, id, { software: 'redis' });
    if (!isDnsSubdomain(props.host)) {
      throw new KeelsonError(this, 'managed-redis/bad-host', {
        message: `'host' must be a host name, got ${JSON.stringify(props.host)}`,
        hint: 'the endpoint as the provider prints it, without scheme and port',
      });
    }
    this.#props = props;
    const problem = addressProblem(this.#access('').endpoint);
    if (problem !== undefined) {
      throw new KeelsonError(this, 'managed-redis/bad-address', {
        message: `it is at ${problem}`,
        hint: "'port' is a number from 1 to 65535, 'cidrs' are blocks such as '10.0.64.0/20'",
      });
    }
    if (props.login !== 'cloud-role') {
      const { host, port = 6379, user = 'default' } = props;
      const keys = {
        password: human(`password of user '${user}' at ${host}`),
        url: derived(`rediss://${urlPart(user)}:{password:url}@${host}:${port}/0`),
      };
      new SecretDeclaration(this, { name: this.#secret, keys });
    }
  }

  /** The same accesses as `Redis` gives; who may touch which keys is set at the provider. */
  keys(pattern: string): { readonly read: Access; readonly readWrite: Access } {
    return {
      read: this.#access(`${pattern}:read`),
      readWrite: this.#access(`${pattern}:readWrite`),
    };
  }

  get #secret(): string {
    return `${this.name}-auth`;
  }

  #access(right: string): Access {
    const { cidrs, host, login, port = 6379, user = 'default' } = this.#props;
    const endpoint = { owner: undefined, protocol: 'redis', host, port, tls: true, cidrs };
    const values = { USER: user };
    const access = { endpoint, right, values, grantor: this };
    if (login === 'cloud-role') return access;
    const secret = this.#secret;
    const grant = () => ({
      keys: { PASSWORD: { secret, key: 'password' }, URL: { secret, key: 'url' } },
    });
    return { ...access, grant };
  }
}
