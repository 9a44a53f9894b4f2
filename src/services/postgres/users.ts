import { Construct, type IConstruct } from 'constructs';
import { DatabaseRole } from '#imports/postgresql.cnpg.io.ts';
import type { Credential } from '../../core/access.ts';
import { KeelsonError } from '../../core/errors.ts';
import { hostSeenFrom } from '../../core/host.ts';
import { late } from '../../core/late.ts';
import { placeOf } from '../../core/place.ts';
import {
  derived,
  generated,
  literal,
  SecretDeclaration,
  type SecretSource,
} from '../../core/secret.ts';
import type { Service } from '../../core/service.ts';
import { ownerOf, readersOf } from './names.ts';

/** What a client may do in a database: read all of it, or own all of it. */
export type Right = 'read' | 'readWrite';

/** The label with which the operator takes over a changed password at once. */
export const RELOAD = { 'cnpg.io/reload': 'true' } as const;

/** One client of one Postgres, with all that it was granted. The tree is the list. */
export class PostgresUser extends Construct {
  readonly client: Service;
  readonly user: string;
  readonly secret: string;
  readonly #keys: Record<string, SecretSource>;
  readonly #rights = new Map<string, Right>();

  constructor(postgres: Service, client: Service, user: string) {
    super(postgres, userId(user));
    this.client = client;
    this.user = user;
    this.secret = `${postgres.name}-user-${user}`;
    this.#keys = { username: literal(user), password: generated() };
    new SecretDeclaration(postgres, {
      name: this.secret,
      type: 'kubernetes.io/basic-auth',
      labels: RELOAD,
      keys: this.#keys,
    });
    new DatabaseRole(this, 'Resource', {
      metadata: { name: this.secret },
      spec: {
        cluster: { name: postgres.name },
        name: user,
        login: true,
        passwordSecret: { name: this.secret },
        inRoles: late(() => this.groups),
        databaseRoleReclaimPolicy: 'delete', // it owns nothing, so it can go with its client
      },
    });
  }

  /** By database, in order. */
  get rights(): readonly (readonly [string, Right])[] {
    return [...this.#rights].sort(([a], [b]) => (a < b ? -1 : 1));
  }

  get groups(): string[] {
    return this.rights.map(([database, right]) =>
      right === 'read' ? readersOf(database) : ownerOf(database),
    );
  }

  /** What is read and written is written. */
  grant(database: string, right: Right): void {
    if (this.#rights.get(database) !== 'readWrite') this.#rights.set(database, right);
  }

  /** The key of a URL, which holds an address and a database. */
  url(host: string, database: string): string {
    const key = `url-${host.split('.')[0]}-${database}`;
    const login = `${this.user}:{password:url}`;
    this.#keys[key] = derived(`postgresql://${login}@${host}:5432/${database}?sslmode=require`);
    return key;
  }

  static isPostgresUser(construct: IConstruct | undefined): construct is PostgresUser {
    return construct instanceof PostgresUser;
  }

  static of(postgres: Service): PostgresUser[] {
    const all = postgres.node.children.filter((child) => PostgresUser.isPostgresUser(child));
    return all.sort((a, b) => (a.user < b.user ? -1 : 1));
  }
}

export interface GrantOptions {
  readonly database: string;
  readonly right: Right;
  /** Of the Service that leads to the instances. */
  readonly host: string;
}

/** The client's user, which learns one right more. */
export function grantTo(postgres: Service, client: Service, options: GrantOptions): Credential {
  const { database, host, right } = options;
  const user = userFor(postgres, client);
  const known = postgres.node.tryFindChild(userId(user));
  const mine = PostgresUser.isPostgresUser(known)
    ? known
    : new PostgresUser(postgres, client, user);
  if (mine.client !== client) {
    throw new KeelsonError(client, 'postgres/user-twice', {
      message: `its user at '${postgres.name}' would be '${user}', which '${mine.client.node.path}' has`,
      hint: 'give one of the two services another id',
    });
  }
  mine.grant(database, right);
  const { secret } = mine;
  return {
    values: { USER: user },
    keys: {
      PASSWORD: { secret, key: 'password' },
      URL: { secret, key: mine.url(hostSeenFrom(client, postgres, host), database) },
      CA: { secret: authorityOf(postgres), key: 'ca.crt' },
    },
  };
}

/** The Secret with the certificate that clients check the server with; the operator makes it. */
export const authorityOf = (postgres: Service): string => `${postgres.name}-ca`;

/** Names that would be somebody else: PostgreSQL, the operator and PgBouncer have users of their own. */
const RESERVED =
  /^(initial|pgbouncer|postgres|public|none|streaming_replica|(pg|cnpg)_.*|.*[_-]keeper)$/;

/** PostgreSQL cuts longer names off, and two of them may then be one. */
const LONGEST = 63;

/** A client of another environment brings its name along: staging and qa may both have a `mailer`. */
function userFor(postgres: Service, client: Service): string {
  const [here, there] = [placeOf(postgres).environment, placeOf(client).environment];
  const user = here === there ? client.name : `${there}-${client.name}`;
  if (user.length > LONGEST) {
    throw new KeelsonError(client, 'postgres/long-user', {
      message: `its user at '${postgres.name}' would be '${user}', which has more than ${LONGEST} letters`,
      hint: 'shorten the id of the service or the name of its environment',
    });
  }
  if (!RESERVED.test(user)) return user;
  throw new KeelsonError(client, 'postgres/reserved-user', {
    message: `its user at '${postgres.name}' would be '${user}', which PostgreSQL, its operator or Keelson has for itself`,
    hint: 'give the service another id',
  });
}

const userId = (user: string): string => `user-${user}`;
