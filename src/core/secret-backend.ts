import { isBech32 } from './bech32.ts';
import { KeelsonError } from './errors.ts';
import { fingerprintIn } from './fingerprint.ts';
import { suggest } from './names.ts';

/** Vault's key-value engine, version 2, to which a namespace's account logs in. */
interface VaultStore {
  /** Its address: `https://vault.example.com:8200`. */
  readonly server: string;
  /** Where the engine is mounted: `kv`. */
  readonly path: string;
  /** The role of the Kubernetes login; it reads and writes below `<platform>/<environment>/`. */
  readonly role: string;
  /**
   * Where the Kubernetes login is mounted.
   * @default 'kubernetes'
   */
  readonly mountPath?: string;
}

/** AWS Secrets Manager. */
interface AwsStore {
  readonly region: string;
  /**
   * The IAM role of the namespace's account.
   * @default - what the operator's own pods may do
   */
  readonly role?: string;
}

export type StoreProps = { readonly vault: VaultStore } | { readonly aws: AwsStore };

export interface ExternalSecretsBackend {
  readonly backend: 'external-secrets';
  readonly store: StoreProps;
}

interface SealedSecretsBackend {
  readonly backend: 'sealed-secrets';
  /**
   * The SHA-256 fingerprint of the sealing certificate, as `openssl x509 -noout -fingerprint -sha256` prints it;
   * `keelson secrets seal` refuses another one.
   * @default - whatever certificate is given to `--cert` is believed
   */
  readonly certificate?: string;
}

export interface SopsBackend {
  readonly backend: 'sops';
  /** The age public keys that files are encrypted for: the cluster's, and that of who must recover them. */
  readonly recipients: readonly [string, ...string[]];
}

/** Where secret values come from. `existing`: somebody has put the Secrets into the namespace. */
export type SecretBackend =
  | 'existing'
  | ExternalSecretsBackend
  | SealedSecretsBackend
  | SopsBackend;

export type BackendName = 'existing' | 'external-secrets' | 'sealed-secrets' | 'sops';

export function backendName(backend: SecretBackend): BackendName {
  return backend === 'existing' ? backend : backend.backend;
}

/** Whether values come from committed ciphertext. */
export function isSealed(backend: SecretBackend): boolean {
  return ['sealed-secrets', 'sops'].includes(backendName(backend));
}

/** The Secret in Flux's namespace that holds the age key; its keys end in `.agekey`. */
export const SOPS_KEY_SECRET = 'sops-age';

const KEYS: Readonly<Record<string, readonly string[]>> = {
  'external-secrets': ['backend', 'store'],
  'sealed-secrets': ['backend', 'certificate'],
  sops: ['backend', 'recipients'],
};

/** Says from JavaScript what the types say from TypeScript, and what they cannot say. */
export function requireSecretBackend(at: string, given: unknown): void {
  if (given === undefined || given === 'existing') return;
  const { backend, certificate, recipients, store } = fieldsOf(given);
  const known = Object.hasOwn(KEYS, String(backend)) ? KEYS[String(backend)] : undefined;
  if (!known) {
    refuse(at, `'existing' or an object with 'backend' ${Object.keys(KEYS).join(', ')}`, given);
  }
  requireKeys(at, 'secrets', given as object, known);
  if (backend === 'sops') requireRecipients(at, recipients);
  if (certificate !== undefined) requireFingerprint(at, certificate);
  if (backend === 'external-secrets') requireStore(at, store);
}

/** Bech32, without the letters that look alike; X25519 keys have this length. */
const AGE_RECIPIENT = /^age1[02-9ac-hj-np-z]{58}$/;

function requireRecipients(at: string, given: unknown): void {
  const list = Array.isArray(given) ? given : [];
  const wrong = list.find((each) => !AGE_RECIPIENT.test(String(each)));
  if (list.length > 0 && wrong === undefined) {
    requireChecksums(at, list);
    return;
  }
  // A private key in this place would be printed: it is not shown.
  throw new KeelsonError(at, 'secret/bad-recipient', {
    message: `'secrets.recipients' must be age public keys (age1…)${list.length === 0 ? ', got none' : ''}`,
    hint: '`age-keygen -y key.txt` prints the public key that belongs to a private one',
  });
}

function requireChecksums(at: string, recipients: readonly string[]): void {
  const slip = recipients.find((each) => !isBech32(each, 'age'));
  if (slip === undefined) return;
  throw new KeelsonError(at, 'secret/bad-recipient', {
    message: `'secrets.recipients' names '${slip}', whose checksum is wrong`,
    hint: 'a letter of it is another: copy the whole key again, as `age-keygen -y key.txt` prints it',
  });
}

function requireFingerprint(at: string, given: unknown): void {
  if (fingerprintIn(given) !== undefined) return;
  throw new KeelsonError(at, 'secret/bad-fingerprint', {
    message: `'secrets.certificate' must be a SHA-256 fingerprint, got ${JSON.stringify(given)}`,
    hint: "what `openssl x509 -noout -fingerprint -sha256 -in sealing.pem` prints behind the '='",
  });
}

function requireStore(at: string, given: unknown): void {
  const store = fieldsOf(given);
  const [kind, ...more] = Object.keys(store);
  if ((kind !== 'vault' && kind !== 'aws') || more.length > 0) {
    refuse(at, "given a 'store' with either 'vault' or 'aws'", given);
  }
  const fields = fieldsOf(store[kind]);
  const needed = kind === 'vault' ? ['server', 'path', 'role'] : ['region'];
  const allowed = [...needed, kind === 'vault' ? 'mountPath' : 'role'];
  requireKeys(at, `secrets.store.${kind}`, fields, allowed);
  for (const key of allowed) {
    const value = fields[key];
    if (value === undefined && !needed.includes(key)) continue;
    if (typeof value === 'string' && value.trim() !== '') continue;
    refuse(at, `given '${key}' in 'store.${kind}' as text`, value);
  }
  if (kind === 'vault' && !/^https?:\/\/\S+$/.test(String(fields['server']))) {
    refuse(at, "given 'server' in 'store.vault' as https://…", fields['server']);
  }
}

function requireKeys(at: string, where: string, given: object, known: readonly string[]): void {
  for (const key of Object.keys(given)) {
    if (known.includes(key)) continue;
    throw new KeelsonError(at, 'platform/unknown-key', {
      message: `'${where}.${key}' is not a key that Keelson knows`,
      hint: suggest('keys', key, known),
    });
  }
}

function fieldsOf(given: unknown): Readonly<Record<string, unknown>> {
  return typeof given === 'object' && given !== null ? { ...given } : {};
}

/** Somebody may have put a token here: what was given is told, and never shown. */
function refuse(at: string, wanted: string, given: unknown): never {
  const keys = Object.keys(fieldsOf(given)).join(', ');
  const got =
    typeof given === 'object' && given ? `an object with ${keys || 'nothing'}` : typeof given;
  throw new KeelsonError(at, 'platform/bad-value', {
    message: `'secrets' must be ${wanted}, got ${got}`,
    hint: 'correct it in definePlatform; docs/secrets.md shows every backend',
  });
}
