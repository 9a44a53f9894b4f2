import { KeelsonError } from '../../core/errors.ts';
import { suggest } from '../../core/names.ts';
import type { Service } from '../../core/service.ts';

/** Databases that PostgreSQL, the operator or a pooler has already. */
const RESERVED_DATABASES = [
  'initial',
  'pgbouncer',
  'postgres',
  'replication',
  'template0',
  'template1',
];

/** Who owns all that is in a database; nobody logs in as it. */
export const ownerOf = (database: string): string => `${database}_owner`;

/** Who may read all that is in a database; nobody logs in as it. */
export const readersOf = (database: string): string => `${database}_readers`;

/** The name of an object that stands for a database. */
export const objectName = (database: string): string => database.replaceAll('_', '-');

/** Names that mean the same in SQL, in pg_hba.conf and in a shell, with or without quotes. */
export function requireDatabases(service: Service, given: unknown): readonly string[] {
  const names: readonly unknown[] = Array.isArray(given) ? given : [given];
  if (names.length === 0) {
    throw new KeelsonError(service, 'postgres/no-databases', {
      message: "'databases' is empty",
      hint: "name each database that clients ask for: databases: ['shop']",
    });
  }
  for (const name of names) requireDatabaseName(service, name);
  const objects = (names as readonly string[]).map(objectName);
  const twice = objects.find((name, at) => objects.indexOf(name) < at);
  if (twice === undefined) return names as readonly string[];
  throw new KeelsonError(service, 'postgres/database-twice', {
    message: `'databases' names '${twice}' twice`,
    hint: 'name each database once',
  });
}

function requireDatabaseName(service: Service, name: unknown): void {
  const sound = typeof name === 'string' && /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/.test(name);
  if (!sound || name.length > 40) {
    throw new KeelsonError(service, 'postgres/bad-database', {
      message: `'databases' names ${JSON.stringify(name) ?? 'undefined'}, which is no plain name of a database`,
      hint: "a-z, 0-9 and '_' between, a letter first, at most 40 letters",
    });
  }
  if (!RESERVED_DATABASES.includes(name) && !name.startsWith('pg_')) return;
  throw new KeelsonError(service, 'postgres/reserved-database', {
    message: `'databases' names '${name}', which PostgreSQL or its operator has for itself`,
    hint: 'give it another name, such as that of the product',
  });
}

/** From JavaScript, or behind a cast. */
export function requireDeclared(service: Service, known: readonly string[], given: unknown): void {
  if (known.includes(given as string)) return;
  throw new KeelsonError(service, 'postgres/unknown-database', {
    message: `database ${JSON.stringify(given) ?? 'undefined'} is not declared`,
    hint: `add it to 'databases'; ${suggest('databases', String(given), known)}`,
  });
}
