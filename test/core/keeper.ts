import type { Construct } from 'constructs';
import type { Access } from '../../src/core/access.ts';
import {
  derived,
  generated,
  human,
  literal,
  SecretDeclaration,
  type SecretProps,
  sha256Of,
} from '../../src/core/secret.ts';
import { Service } from '../../src/core/service.ts';

/** Owns one Secret, of the test's choice, and lets clients read keys of it. */
export class Keeper extends Service {
  readonly secret: SecretDeclaration;

  constructor(scope: Construct, id: string, props: Partial<SecretProps> = {}) {
    super(scope, id);
    const keys = { password: generated() };
    this.secret = new SecretDeclaration(this, { name: `${id}-auth`, keys, ...props });
  }

  /** A client's PASSWORD, TOKEN, … by the keys that they are. */
  give(keys: Readonly<Record<string, string>>): Access {
    const endpoint = { owner: this, protocol: 'keeper', host: this.name, port: 7300 };
    const given = Object.entries(keys).map(([suffix, key]) => [
      suffix,
      { secret: this.secret.name, key },
    ]);
    return { endpoint, right: 'use', grant: () => ({ keys: Object.fromEntries(given) }) };
  }
}

/** Every way in which a key can come to be, but that of an operator. */
export const EVERY_SOURCE: Partial<SecretProps> = {
  type: 'kubernetes.io/basic-auth',
  labels: { 'cnpg.io/reload': 'true' },
  keys: {
    username: literal('shop'),
    password: generated(24),
    'api.key': human('the key of api.pay.example.com, from its console'),
    cookie: generated(64, 'hex'),
    url: derived('postgres://{username}:{password:url}@db:5432/shop?sslmode=require'),
    checksum: sha256Of('url'),
  },
};
