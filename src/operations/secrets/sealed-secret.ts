import { constants, createCipheriv, type KeyObject, publicEncrypt, randomBytes } from 'node:crypto';
import type { KubeObject, SecretFacts } from '../../core/model.ts';
import { toYaml } from '../../output/yaml.ts';
import { dayOf, SEALED_ON } from './rotated-on.ts';
import { secretLabels } from './secret-labels.ts';

/** A SealedSecret of strict scope; what is not in `values` stays as it was sealed. */
export function sealedSecret(
  secret: SecretFacts,
  values: ReadonlyMap<string, string>,
  before: KubeObject | undefined,
  key: KeyObject,
  now: Date,
): string {
  const { name, origin, type } = secret;
  const { namespace = '' } = origin;
  const kept = encryptedDataOf(before);
  const sealed = Object.keys(secret.keys).map((each): [string, string] => {
    const value = values.get(each);
    const old = kept[each] ?? '';
    return [each, value === undefined ? old : encrypt(value, key, `${namespace}/${name}`)];
  });
  return toYaml({
    apiVersion: 'bitnami.com/v1alpha1',
    kind: 'SealedSecret',
    metadata: { name, namespace, annotations: { [SEALED_ON]: dayOf(now) } },
    spec: {
      encryptedData: Object.fromEntries(sealed),
      template: {
        metadata: { name, namespace, labels: secretLabels(secret) },
        ...(type !== undefined && { type }),
      },
    },
  });
}

function encryptedDataOf(object: KubeObject | undefined): Readonly<Record<string, string>> {
  const spec = object?.['spec'] as { encryptedData?: Record<string, string> } | undefined;
  return spec?.encryptedData ?? {};
}

/** As kubeseal does: a key for once under RSA-OAEP, whose length comes first, then the value under AES-GCM. */
function encrypt(value: string, key: KeyObject, label: string): string {
  const session = randomBytes(32);
  const wrapped = publicEncrypt(
    {
      key,
      padding: constants.RSA_PKCS1_OAEP_PADDING,
      oaepHash: 'sha256',
      oaepLabel: Buffer.from(label),
    },
    session,
  );
  const cipher = createCipheriv('aes-256-gcm', session, Buffer.alloc(12)); // the key is used once
  const length = Buffer.alloc(2);
  length.writeUInt16BE(wrapped.length);
  const body = Buffer.concat([cipher.update(value, 'utf8'), cipher.final()]);
  return Buffer.concat([length, wrapped, body, cipher.getAuthTag()]).toString('base64');
}
