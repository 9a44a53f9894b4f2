import { createHash, randomInt } from 'node:crypto';
import { type SecretKeys, templateParts, urlPart } from '../../core/secret-source.ts';

const LETTERS = {
  alphanumeric: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789',
  hex: '0123456789abcdef',
};

/** A new value for a generated key. */
export function generateValue(length: number, charset: keyof typeof LETTERS): string {
  const letters = LETTERS[charset];
  return Array.from({ length }, () => letters[randomInt(letters.length)]).join('');
}

/** A value that follows from others; undefined while one of them is not known. */
export function derivedValue(
  key: string,
  keys: SecretKeys,
  known: ReadonlyMap<string, string>,
): string | undefined {
  const source = keys[key];
  if (source?.from === 'literal') return source.value;
  if (source?.from === 'sha256') {
    const value = known.get(source.of);
    return value === undefined ? undefined : createHash('sha256').update(value).digest('hex');
  }
  if (source?.from !== 'template') return undefined;
  const parts = templateParts(source.template).map((part) => {
    if (typeof part === 'string') return part;
    const value = known.get(part.key);
    return value !== undefined && part.url ? urlPart(value) : value;
  });
  return parts.every((part) => part !== undefined) ? parts.join('') : undefined;
}
