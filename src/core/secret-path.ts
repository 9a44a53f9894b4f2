import type { SecretFacts } from './model.ts';

/** Where a Secret's values are kept: in the store, and below `secrets/`. */
export function secretPath(platform: string, secret: SecretFacts): string {
  const { name, origin } = secret.copyOf ?? secret;
  return `${platform}/${origin.environment}/${name}`;
}

/**
 * Where the store keeps one key. A generated one has a place of its own: AWS tells whether a place is
 * filled, not whether a property in it is.
 */
export function keyPath(platform: string, secret: SecretFacts, key: string): string {
  const path = secretPath(platform, secret);
  return secret.keys[key]?.from === 'generated' ? `${path}/${key}` : path;
}

/** The file of ciphertext, from the project's folder. */
export function sealedFilePath(platform: string, { name, origin }: SecretFacts): string {
  return `secrets/${platform}/${origin.environment}/${name}.yaml`;
}
