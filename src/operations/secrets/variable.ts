import type { SecretFacts } from '../../core/model.ts';
import { isStored } from '../../core/secret-source.ts';

/** One value that a `.env` file may give. */
export interface Variable {
  readonly name: string;
  readonly secret: SecretFacts;
  readonly key: string;
}

/** `db-auth` and `api.key` give `DB_AUTH_API_KEY`. */
export function variableName(secret: string, key: string): string {
  const name = `${secret}_${key}`.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_');
  return name.replaceAll(/^(?=[0-9])|^_+/g, '_');
}

/** Everything that has to be given or generated, in the order of the names. */
export function variablesOf(secrets: readonly SecretFacts[]): readonly Variable[] {
  const all = secrets
    .filter(({ copyOf }) => copyOf === undefined)
    .flatMap((secret) =>
      Object.entries(secret.keys)
        .filter(([, source]) => isStored(source))
        .map(([key]): Variable => ({ name: variableName(secret.name, key), secret, key })),
    );
  return all.sort((a, b) => (a.name < b.name ? -1 : 1));
}
