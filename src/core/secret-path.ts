import type { Model, SecretFacts } from './model.ts';
import { SHARED } from './place.ts';

/** One cluster's part of what is kept for a platform. */
export type Keeping = Pick<Model, 'platform' | 'cluster'>;

/** What is shared is shared by one cluster's environments, and every cluster has its own. */
export function environmentPath({ cluster, platform }: Keeping, environment: string): string {
  const shared = environment === SHARED ? `/${cluster.name}` : '';
  return `${platform}/${environment}${shared}`;
}

/** Where a Secret's values are kept in the store. */
export function secretPath(keeping: Keeping, secret: SecretFacts): string {
  const { name, origin } = secret.copyOf ?? secret;
  return `${environmentPath(keeping, origin.environment)}/${name}`;
}

/**
 * Where the store keeps one key. A generated one has a place of its own: AWS tells whether a place is
 * filled, not whether a property in it is.
 */
export function keyPath(keeping: Keeping, secret: SecretFacts, key: string): string {
  const path = secretPath(keeping, secret);
  return secret.keys[key]?.from === 'generated' ? `${path}/${key}` : path;
}

/** The file of ciphertext, from the project's folder; a copy has one of its own. */
export function sealedFilePath(keeping: Keeping, { name, origin }: SecretFacts): string {
  return `secrets/${environmentPath(keeping, origin.environment)}/${name}.yaml`;
}
