import { contentHash } from './hash.ts';
import type { KubeObject } from './model.ts';

/**
 * The keys that a document holds as ciphertext, by name; undefined when it is no ciphertext at all, or
 * when anything in it is in clear.
 */
export function sealedKeys(object: KubeObject): readonly string[] | undefined {
  const { apiVersion, kind } = object;
  if (apiVersion === 'bitnami.com/v1alpha1' && kind === 'SealedSecret')
    return inSealedSecret(object);
  if (apiVersion === 'v1' && kind === 'Secret') return inSopsDocument(object);
  return undefined;
}

/** Changes with the values, and not with who may open them: what SOPS encrypts for another key stays the same. */
export function ciphertextMark({ data, spec, stringData }: KubeObject): string {
  return contentHash(JSON.stringify([fields(spec)['encryptedData'], data, stringData]));
}

function inSealedSecret(object: KubeObject): readonly string[] | undefined {
  const { encryptedData, template } = fields(object['spec']);
  const values = fields(encryptedData);
  const { data } = fields(template); // templates are in clear
  if (data !== undefined || fields(object['spec'])['data'] !== undefined) return undefined;
  const sound = Object.values(values).every(
    (value) => typeof value === 'string' && /^[A-Za-z0-9+/]{100,}={0,2}$/.test(value),
  );
  return sound ? Object.keys(values) : undefined;
}

const ENCRYPTED =
  /^ENC\[AES256_GCM,data:[A-Za-z0-9+/=]*,iv:[A-Za-z0-9+/=]+,tag:[A-Za-z0-9+/=]+,type:\w+\]$/;

function inSopsDocument(object: KubeObject): readonly string[] | undefined {
  const { data, sops, stringData } = object;
  if (typeof fields(sops)['mac'] !== 'string') return undefined;
  const values = { ...fields(data), ...fields(stringData) };
  const sound = Object.values(values).every(
    (value) => typeof value === 'string' && (value === '' || ENCRYPTED.test(value)),
  );
  return sound ? Object.keys(values) : undefined;
}

function fields(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
