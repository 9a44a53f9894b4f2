import { Construct, type IConstruct } from 'constructs';
import * as k8s from '#imports/k8s.ts';
import type { Credential } from '../../core/access.ts';
import { KeelsonError } from '../../core/errors.ts';
import { hostSeenFrom } from '../../core/host.ts';
import { late } from '../../core/late.ts';
import { placeOf } from '../../core/place.ts';
import {
  derived,
  generated,
  SecretDeclaration,
  type SecretKeys,
  sha256Of,
} from '../../core/secret.ts';
import type { Service } from '../../core/service.ts';
import { type Grants, type Right, rulesOf } from './acl.ts';

/** One client of one Redis, with all that it was granted. The tree is the list. */
export class RedisUser extends Construct {
  readonly client: Service;
  readonly user: string;
  readonly secret: string;
  readonly #grants = new Map<string, Right>();

  constructor(redis: Service, client: Service, user: string, url: UrlOf | undefined) {
    super(redis, userId(user));
    this.client = client;
    this.user = user;
    this.secret = `${redis.name}-${user}`;
    const keys = { ...PASSWORDS, ...(url && { url: derived(url(user)) }) };
    new SecretDeclaration(redis, { name: this.secret, keys });
  }

  get grants(): Grants {
    return this.#grants;
  }

  /** The stronger right to a pattern stays. */
  grant(pattern: string, right: Right): void {
    const strength = (each: Right | undefined) => (each ? STRENGTH.indexOf(each) : -1);
    if (strength(right) > strength(this.#grants.get(pattern))) this.#grants.set(pattern, right);
  }

  static isRedisUser(construct: IConstruct): construct is RedisUser {
    return construct instanceof RedisUser;
  }

  static of(redis: Service): RedisUser[] {
    const all = redis.node.children.filter((child) => RedisUser.isRedisUser(child));
    return all.sort((a, b) => (a.user < b.user ? -1 : 1));
  }
}

const STRENGTH: readonly Right[] = ['read', 'inspect', 'readWrite', 'backup'];

type UrlOf = (user: string) => string;

/**
 * Two passwords are good at any time, so that none has to change everywhere at once: to rotate, put the
 * old `password` into `previous` and a new one into `password`; the next rotation shuts the old one out.
 */
const PASSWORDS: SecretKeys = {
  password: generated(),
  previous: generated(),
  'password-sha256': sha256Of('password'),
  'previous-sha256': sha256Of('previous'),
  hashes: derived('#{password-sha256} #{previous-sha256}'),
};

const RESERVED = ['default', 'internal'];

export interface GrantOptions {
  readonly pattern: string;
  readonly right: Right;
  /** The port of a server that clients may write down as a URL; undefined where the master moves. */
  readonly urlPort: number | undefined;
}

/** The client's user, which learns one right more. */
export function grantTo(redis: Service, client: Service, options: GrantOptions): Credential {
  const { pattern, right, urlPort } = options;
  const user = userFor(redis, client);
  const host = hostSeenFrom(client, redis, redis.name);
  const url =
    urlPort === undefined
      ? undefined
      : (name: string) => `redis://${name}:{password:url}@${host}:${urlPort}/0`;
  const known = redis.node.tryFindChild(userId(user));
  const mine = RedisUser.isRedisUser(known as Construct)
    ? (known as RedisUser)
    : new RedisUser(redis, client, user, url);
  if (mine.client !== client) {
    throw new KeelsonError(client, 'redis/user-twice', {
      message: `its user at '${redis.name}' would be '${user}', which '${mine.client.node.path}' has`,
      hint: 'give one of the two services another id',
    });
  }
  mine.grant(pattern, right);
  const { secret } = mine;
  return {
    values: { USER: user },
    keys: {
      PASSWORD: { secret, key: 'password' },
      ...(url && { URL: { secret, key: 'url' } }),
    },
  };
}

/** A client of another environment brings its name along: staging and qa may both have a `mailer`. */
function userFor(redis: Service, client: Service): string {
  const [here, there] = [placeOf(redis).environment, placeOf(client).environment];
  const user = here === there ? client.name : `${there}-${client.name}`;
  if (!RESERVED.includes(user)) return user;
  throw new KeelsonError(client, 'redis/reserved-user', {
    message: `its user at '${redis.name}' would be '${user}', which Redis or Keelson has for itself`,
    hint: 'give the service another id',
  });
}

export function requirePattern(redis: Service, pattern: unknown): void {
  if (typeof pattern === 'string' && /^[\x21-\x27\x2a-\x7e]{1,256}$/.test(pattern)) return;
  throw new KeelsonError(redis, 'redis/bad-pattern', {
    message: `'keys' must be given a pattern, got ${JSON.stringify(pattern) ?? String(pattern)}`,
    hint: "such as '*' or 'session:*': no spaces and no parentheses, at most 256 letters",
  });
}

export interface UserFiles {
  /** Of the ConfigMap. */
  readonly name: string;
  /** Whole lines, of users without a password. */
  readonly fixed: string;
  /** The rules of those who have the set's own password. */
  readonly own: Readonly<Record<string, string>>;
  readonly clients: () => readonly RedisUser[];
}

/** The Secret of the users that are parts of the set. */
export function declareInternal(redis: Service): void {
  new SecretDeclaration(redis, { name: internalName(redis), keys: PASSWORDS });
}

/** Users as a volume: rules, to be read in review, and the hashes of passwords from their Secrets. */
export function usersVolume(redis: Service, { clients, fixed, name, own }: UserFiles): k8s.Volume {
  const rules = (): [string, string][] => [
    ...Object.entries(own),
    ...clients().map(({ grants, user }): [string, string] => [user, rulesOf(grants)]),
  ];
  const data = late(() => ({
    'fixed.acl': fixed,
    ...Object.fromEntries(rules().map(([user, text]) => [`${user}.rules`, `${text}\n`])),
  }));
  new k8s.ConfigMap(redis, name, { metadata: { name }, data });
  const items = [
    ...Object.keys(own).map((user) => ({ key: 'hashes', path: `${user}.hashes` })),
    ...['password', 'previous'].map((key) => ({ key, path: key })),
  ];
  const secret = { name: internalName(redis), items };
  const sources = late(() => [{ configMap: { name } }, { secret }, ...clients().map(hashes)]);
  return { name: 'users', projected: { sources } };
}

const internalName = (redis: Service): string => `${redis.name}-internal`;

/** A client whose Secret is not there yet keeps nobody else from working. */
function hashes({ secret, user }: RedisUser): k8s.VolumeProjection {
  const items = [{ key: 'hashes', path: `${user}.hashes` }];
  return { secret: { name: secret, items, optional: true } };
}

const userId = (user: string): string => `user-${user}`;
