import { createCipheriv, createHash, randomBytes } from 'node:crypto';
import type { SecretFacts } from '../../core/model.ts';
import { secretLabels } from './secret-labels.ts';

/**
 * A Secret as `sops --encrypt --encrypted-regex '^(data|stringData)$' --mac-only-encrypted` writes it:
 * readable but for its values. Quoted throughout, so that no reader takes a value for anything but text.
 */
export async function sopsDocument(
  { keys, labels, name, origin, type }: SecretFacts,
  values: ReadonlyMap<string, string>,
  recipients: readonly string[],
  now: Date,
): Promise<string> {
  const dataKey = randomBytes(32);
  const modified = `${now.toISOString().slice(0, 19)}Z`;
  const sealed = Object.keys(keys)
    .sort()
    .map((key): [string, string] => [key, values.get(key) ?? '']);
  const stringData = sealed.map(([key, value]): [string, string] => [
    key,
    encrypt(value, dataKey, `stringData:${key}:`),
  ]);
  const mac = encrypt(macOf(sealed.map(([, value]) => value)), dataKey, modified);
  const enc = await wrapped(dataKey, recipients);
  return document({
    head: { apiVersion: 'v1', kind: 'Secret', ...(type !== undefined && { type }) },
    metadata: { name, namespace: origin.namespace ?? '' },
    labels: secretLabels({ keys, name, origin, ...(labels && { labels }) }),
    stringData,
    age: recipients.map((recipient) => ({ recipient, enc })),
    seal: {
      lastmodified: modified,
      mac,
      encrypted_regex: '^(data|stringData)$',
      mac_only_encrypted: true,
      version: '3.9.0',
    },
  });
}

/** Sets a hash over the encrypted values alone apart from one over all values. */
const ONLY_ENCRYPTED = Buffer.from(
  '8a3fd2ad54ce66527b1034f3d147be0b0b975b3bf44f72c6fdadec8176f27d69',
  'hex',
);

function macOf(values: readonly string[]): string {
  const hash = createHash('sha512').update(ONLY_ENCRYPTED);
  for (const value of values) hash.update(value, 'utf8');
  return hash.digest('hex').toUpperCase();
}

/** AES-256-GCM with a nonce of 32 bytes; the place of the value is authenticated with it. */
function encrypt(value: string, key: Buffer, place: string): string {
  if (value === '') return ''; // as SOPS does
  const nonce = randomBytes(32);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(place));
  const data = Buffer.concat([cipher.update(value, 'utf8'), cipher.final()]).toString('base64');
  const tag = cipher.getAuthTag().toString('base64');
  return `ENC[AES256_GCM,data:${data},iv:${nonce.toString('base64')},tag:${tag},type:str]`;
}

/** The data key for all recipients at once: each of them opens the same text. */
async function wrapped(dataKey: Buffer, recipients: readonly string[]): Promise<string> {
  const { armor, Encrypter } = await import('age-encryption');
  const encrypter = new Encrypter();
  for (const recipient of recipients) encrypter.addRecipient(recipient);
  return armor.encode(await encrypter.encrypt(new Uint8Array(dataKey)));
}

interface Parts {
  readonly head: Readonly<Record<string, string>>;
  readonly metadata: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  /** In the order of the MAC, which an object would not keep: it puts '9' before 'a'. */
  readonly stringData: readonly (readonly [string, string])[];
  readonly age: readonly Readonly<Record<string, string>>[];
  readonly seal: Readonly<Record<string, string | boolean>>;
}

function document({ age, head, labels, metadata, seal, stringData }: Parts): string {
  const keys = age.map((each) =>
    lines(each, 6)
      .replace(/^ {4}/, '    - ')
      .replace(/^( +- ) +/, '$1'),
  );
  return [
    lines(head, 0),
    'metadata:\n',
    lines(metadata, 2),
    '  labels:\n',
    lines(labels, 4),
    'stringData:\n',
    lines(stringData, 2),
    'sops:\n',
    '  age:\n',
    ...keys,
    lines(seal, 2),
  ].join('');
}

type Pairs = readonly (readonly [string, string | boolean])[];
type Fields = Readonly<Record<string, string | boolean>> | Pairs;

/** JSON's strings are YAML's as well. */
function lines(fields: Fields, indent: number): string {
  const pairs = Array.isArray(fields) ? (fields as Pairs) : Object.entries(fields);
  return pairs
    .map(([key, value]) => `${' '.repeat(indent)}${quoteKey(key)}: ${JSON.stringify(value)}\n`)
    .join('');
}

const quoteKey = (key: string): string => (/^[a-z_]+$/i.test(key) ? key : JSON.stringify(key));
