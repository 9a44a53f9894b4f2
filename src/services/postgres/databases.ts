import { Database } from '#imports/postgresql.cnpg.io.ts';
import { RETIRE } from '../../core/labels.ts';
import { placeOf } from '../../core/place.ts';
import type { Service } from '../../core/service.ts';
import { objectName, ownerOf, readersOf } from './names.ts';
import { role } from './rights.ts';

/** A database, and the two roles that everybody's rights in it come from. */
export function database(postgres: Service, name: string): void {
  const cluster = { name: postgres.name };
  const plain = objectName(name);
  const retire = postgres.stateful?.retire && { [RETIRE]: 'true' };
  role(postgres, `${postgres.name}-owner-of-${plain}`, { name: ownerOf(name), login: false });
  role(postgres, `${postgres.name}-readers-of-${plain}`, { name: readersOf(name), login: false });
  new Database(postgres, `database-${name}`, {
    metadata: { name: `${postgres.name}-${plain}`, ...(retire && { annotations: retire }) },
    spec: {
      cluster,
      name,
      owner: ownerOf(name),
      databaseReclaimPolicy: placeOf(postgres).tier === 'review' ? 'delete' : 'retain',
    },
  });
}

/**
 * Who may come in, by database and by TLS alone: a client that is given nothing in a database does not get as
 * far as to be asked for rights. What the operator needs stands before these lines, and it reloads them.
 */
export function admissions(databases: readonly string[]): string[] {
  const lines = databases.flatMap((name) =>
    [ownerOf(name), readersOf(name)].map((role) => `hostssl ${name} +${role} all scram-sha-256`),
  );
  return [...lines, 'host all all all reject'];
}
