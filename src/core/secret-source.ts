/** The letters that a generated value is made of. */
export type Charset = 'alphanumeric' | 'hex';

/** How the value of a key comes to be. */
export type SecretSource =
  | { readonly from: 'generated'; readonly length: number; readonly charset?: Charset }
  | { readonly from: 'human'; readonly about: string }
  | { readonly from: 'operator'; readonly operator: string }
  | { readonly from: 'literal'; readonly value: string }
  | { readonly from: 'template'; readonly template: string }
  | { readonly from: 'sha256'; readonly of: string };

export type SecretKeys = Readonly<Record<string, SecretSource>>;

/** A value that is made once and kept; letters and digits, which stay what they are in a URL. */
export function generated(length = 32, charset: Charset = 'alphanumeric'): SecretSource {
  return { from: 'generated', length, ...(charset !== 'alphanumeric' && { charset }) };
}

/** A value that somebody has to give. */
export const human = (about: string): SecretSource => ({ from: 'human', about });

/** A value that an operator writes. */
export const madeBy = (operator: string): SecretSource => ({ from: 'operator', operator });

/** A value that is no secret but belongs beside one, such as a user's name. */
export const literal = (value: string): SecretSource => ({ from: 'literal', value });

/**
 * A value made of other keys of the same Secret: `derived('redis://:{password:url}@cache:6379')`.
 * `{key:url}` is the key's value as a part of a URL.
 */
export const derived = (template: string): SecretSource => ({ from: 'template', template });

/** The SHA-256 of another key's value, in hexadecimal. */
export const sha256Of = (key: string): SecretSource => ({ from: 'sha256', of: key });

/** What a template is made of: text as it is, and keys. */
export type TemplatePart = string | { readonly key: string; readonly url: boolean };

const PLACEHOLDER = /\{([-._a-zA-Z0-9]+)(:url)?\}/g;

export function templateParts(template: string): readonly TemplatePart[] {
  const parts: TemplatePart[] = [];
  let end = 0;
  for (const { 0: all, 1: key = '', 2: url, index } of template.matchAll(PLACEHOLDER)) {
    if (index > end) parts.push(template.slice(end, index));
    parts.push({ key, url: url !== undefined });
    end = index + all.length;
  }
  if (end < template.length) parts.push(template.slice(end));
  return parts;
}

/** A value as a part of a URL: nothing but letters, digits, '-', '_', '.' and '~' stays as it is. */
export function urlPart(value: string): string {
  const byte = (letter: string): string =>
    `%${letter.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
  return encodeURIComponent(value).replaceAll(/[!'()*]/g, byte);
}

/** The keys that a value is made of. */
export function madeOf(source: SecretSource | undefined): readonly string[] {
  if (source?.from === 'sha256') return [source.of];
  if (source?.from !== 'template') return [];
  const parts = templateParts(source.template);
  return [...new Set(parts.flatMap((part) => (typeof part === 'string' ? [] : [part.key])))];
}

/** Whether the backend keeps the value; the others follow from those. */
export function isStored({ from }: SecretSource): boolean {
  return from === 'generated' || from === 'human';
}

/** Keys in an order in which each comes after all that it is made of. */
export function inOrderOfMaking(keys: SecretKeys): readonly string[] {
  const done = new Set<string>();
  const visit = (key: string): void => {
    if (done.has(key)) return;
    for (const earlier of madeOf(keys[key])) visit(earlier);
    done.add(key);
  };
  for (const key of Object.keys(keys).sort()) visit(key);
  return [...done];
}
