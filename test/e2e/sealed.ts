import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import type { SecretFacts } from '../../src/core/model.ts';
import { SOPS_KEY_SECRET } from '../../src/core/secret-backend.ts';
import { sopsDocument } from '../../src/operations/secrets/sops-document.ts';
import type { KubeObject } from './objects.ts';

/** What stands in for every value: the keys that open the committed ciphertext are with its owners. */
export const PLANTED = 'opened-by-flux';

interface EncryptedSecret extends KubeObject {
  readonly sops?: unknown;
  readonly type?: string;
  readonly stringData?: Readonly<Record<string, string>>;
}

export function isEncrypted(object: KubeObject): boolean {
  return object.apiVersion === 'v1' && object.kind === 'Secret' && 'sops' in object;
}

/** A Secret as Flux applies it: without what SOPS has added, and with values. */
export function opened(object: KubeObject): KubeObject {
  const { sops: _, stringData, ...rest } = object as EncryptedSecret;
  const keys = Object.keys(stringData ?? {});
  return { ...rest, stringData: Object.fromEntries(keys.map((key) => [key, PLANTED])) };
}

/** A pair of age keys for one run. */
export interface HarnessKey {
  readonly recipient: string;
  /** The Secret that a cluster's owner puts beside Flux. */
  readonly secret: (namespace: string) => KubeObject;
}

export async function harnessKey(): Promise<HarnessKey> {
  const identity = await generateX25519Identity();
  const secret = (namespace: string) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: SOPS_KEY_SECRET, namespace },
    stringData: { 'age.agekey': identity },
  });
  return { recipient: await identityToRecipient(identity), secret };
}

/** The same Secret, sealed as `keelson secrets seal` does, for a key that the harness has. */
export function sealedFor(recipient: string, object: KubeObject): Promise<string> {
  const { metadata, stringData = {}, type } = object as EncryptedSecret;
  const { labels = {}, name, namespace } = metadata;
  const secret = {
    name,
    keys: Object.fromEntries(Object.keys(stringData).map((key) => [key, { from: 'generated' }])),
    origin: { namespace, labels },
    ...(type !== undefined && { type }),
  };
  const values = new Map(Object.keys(stringData).map((key) => [key, PLANTED]));
  return sopsDocument(secret as unknown as SecretFacts, values, [recipient], new Date());
}
