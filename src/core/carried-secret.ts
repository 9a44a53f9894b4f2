import type { Credential, SecretKey } from './access.ts';
import { type Place, placeOf } from './place.ts';
import type { Service } from './service.ts';

/** One key of an owner's Secret, as a client in another namespace finds it. */
export interface CarriedKey {
  readonly from: SecretKey;
  readonly to: SecretKey;
}

/**
 * The keys of a credential that have to be carried: pods read Secrets of their own namespace only.
 * Each client has a copy of its own, so that it comes and goes with the connection.
 */
export function carriedKeys(
  client: Service,
  owner: Service | undefined,
  credential: Credential | undefined,
): readonly CarriedKey[] {
  if (!owner || !credential) return [];
  const [here, there] = [placeOf(client), placeOf(owner)];
  if (here.namespace === there.namespace) return [];
  return Object.values(credential.keys).map((from) => ({
    from,
    to: { secret: copyName(client, from.secret, here, there), key: from.key },
  }));
}

/** `web-from-shared-db-auth`: what crosses environments carries the foreign environment's name. */
function copyName(client: Service, secret: string, here: Place, there: Place): string {
  const foreign = here.environment === there.environment ? '' : `${there.environment}-`;
  return `${client.name}-from-${foreign}${secret}`;
}

/** The credential as the client reads it. */
export function withCarried(
  credential: Credential | undefined,
  carried: readonly CarriedKey[],
): Credential | undefined {
  if (!credential || carried.length === 0) return credential;
  const keys = Object.entries(credential.keys).map(([suffix, key]) => {
    const found = carried.find(({ from }) => from.secret === key.secret && from.key === key.key);
    return [suffix, found?.to ?? key];
  });
  return { ...credential, keys: Object.fromEntries(keys) };
}
