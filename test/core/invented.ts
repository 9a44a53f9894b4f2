import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import type { Access, Credential } from '../../src/core/access.ts';
import { late } from '../../src/core/late.ts';
import { generated, SecretDeclaration } from '../../src/core/secret.ts';
import { Service } from '../../src/core/service.ts';

/** Must see all its clients at once: it writes them into one object, as an ACL file does. */
export class Ledger extends Service {
  readonly #users = new Map<string, string>();

  constructor(scope: Construct, id: string) {
    super(scope, id, { software: 'ledger' });
    new ApiObject(this, 'Resource', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: this.name },
      data: {
        users: late(() =>
          [...this.#users]
            .sort()
            .map((each) => each.join(' '))
            .join('\n'),
        ),
      },
    });
  }

  book(name: string): { readonly read: Access; readonly write: Access } {
    return { read: this.#access(`${name}:read`), write: this.#access(`${name}:write`) };
  }

  #access(right: string): Access {
    const grant = (client: Service): Credential => {
      this.#users.set(client.name, right);
      return {
        values: { USER: client.name },
        keys: { PASSWORD: { secret: `${this.name}-${client.name}`, key: 'password' } },
      };
    };
    const endpoint = { owner: this, protocol: 'ledger', host: this.name, port: 7000 };
    return { endpoint, right, values: { BOOK: right.split(':')[0] ?? '' }, grant };
  }
}

/** Makes one object for each client, as an operator's user does. */
export class Archive extends Service {
  constructor(scope: Construct, id: string) {
    super(scope, id, { software: 'archive' });
    new ApiObject(this, 'Resource', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: this.name },
    });
  }

  get read(): Access {
    const endpoint = { owner: this, protocol: 'archive', host: this.name, port: 7100 };
    return { endpoint, right: 'read', grant: (client) => this.#grant(client) };
  }

  #grant(client: Service): Credential {
    const name = `${this.name}-${client.name}`;
    if (!this.node.tryFindChild(`grant-${client.name}`)) {
      new ApiObject(this, `grant-${client.name}`, {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name },
        data: { client: client.name },
      });
      new SecretDeclaration(this, { name, keys: { token: generated() } });
    }
    return { keys: { TOKEN: { secret: name, key: 'token' } } };
  }
}
