import { contentHash } from './hash.ts';
import { HEADER } from './header.ts';
import type { KubeObject, SealedFile } from './model.ts';

/**
 * The keys that a document holds as ciphertext, by name; undefined when it is no ciphertext at all, or
 * when a value is in clear. What stands beside them is another question: `clearParts`.
 */
export function sealedKeys(object: KubeObject): readonly string[] | undefined {
  const { apiVersion, kind } = object;
  if (apiVersion === 'bitnami.com/v1alpha1' && kind === 'SealedSecret')
    return inSealedSecret(object);
  if (apiVersion === 'v1' && kind === 'Secret') return inSopsDocument(object);
  return undefined;
}

/** What stands in clear beside the ciphertext, where a value could have been left: said by its place alone. */
export function clearParts({
  object,
  text,
}: Pick<SealedFile, 'object' | 'text'>): readonly string[] {
  const { metadata, spec } = object;
  const { template } = fields(spec);
  const inTemplate = fields(fields(template)['metadata']);
  const beside =
    object.kind === 'Secret'
      ? foreign(object, '', ['apiVersion', 'kind', 'metadata', 'type', 'immutable', ...SOPS_FIELDS])
      : [
          ...foreign(object, '', ['apiVersion', 'kind', 'metadata', 'spec']),
          ...foreign(spec, 'spec.', ['encryptedData', 'template']),
          ...foreign(template, 'spec.template.', ['metadata', 'type', 'immutable']),
        ];
  return [
    ...beside.map((field) => `'${field}' is in clear`),
    ...annotationsIn(metadata, 'metadata.annotations'),
    ...annotationsIn(inTemplate, 'spec.template.metadata.annotations'),
    ...commentsIn(text),
  ];
}

const SOPS_FIELDS = ['data', 'stringData', 'sops'];

function foreign(value: unknown, at: string, known: readonly string[]): readonly string[] {
  return Object.keys(fields(value))
    .filter((key) => !known.includes(key))
    .map((key) => at + key);
}

/** kubectl keeps a whole Secret in one of them. */
const KNOWN_ANNOTATION =
  /^(?:keelson\.dev|sealedsecrets\.bitnami\.com|kustomize\.toolkit\.fluxcd\.io)\//;

function annotationsIn(metadata: unknown, at: string): readonly string[] {
  return Object.entries(fields(fields(metadata)['annotations']))
    .filter(([key, value]) => !KNOWN_ANNOTATION.test(key) && !ENCRYPTED.test(String(value)))
    .map(([key]) => `'${at}' holds '${key}' in clear`);
}

/** No ciphertext has a '#' behind a space; SOPS encrypts the comments between encrypted values. */
function commentsIn(text: string): readonly string[] {
  const numbers = text
    .split('\n')
    .flatMap((line, index) =>
      /(?:^|\s)#(?!ENC\[\S+\]\s*$)/.test(line) && line.trimEnd() !== HEADER ? [index + 1] : [],
    );
  if (numbers.length === 0) return [];
  return [`${numbers.length > 1 ? 'lines' : 'line'} ${numbers.join(', ')}: a comment is in clear`];
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
