import {
  isStored,
  madeOf,
  type SecretKeys,
  type SecretSource,
  templateParts,
  urlPart,
} from '../../core/secret-source.ts';

/** The keys that have to be fetched for the keys that are wanted, in order. */
export function fetchedFor(wanted: readonly string[], keys: SecretKeys): readonly string[] {
  const reached = new Set(wanted);
  for (const key of reached) for (const each of madeOf(keys[key])) reached.add(each);
  const isKept = (source: SecretSource | undefined): boolean =>
    source !== undefined && (isStored(source) || source.from === 'operator');
  return [...reached].filter((key) => isKept(keys[key])).sort();
}

/** What external-secrets makes each key of: its own value, plain text, or a Go template over the others. */
export function templateOf(key: string, keys: SecretKeys): string {
  const source = keys[key];
  if (source?.from !== 'template') return written(key, false, keys);
  return templateParts(source.template)
    .map((part) => (typeof part === 'string' ? plain(part) : written(part.key, part.url, keys)))
    .join('');
}

function written(key: string, url: boolean, keys: SecretKeys): string {
  const source = keys[key];
  if (source?.from === 'literal') return plain(url ? urlPart(source.value) : source.value);
  return `{{ ${bare(asWritten(key, url, keys))} }}`;
}

/** A value as an operand of a Go template, in parentheses where it is more than one word. */
function expression(key: string, keys: SecretKeys): string {
  const source = keys[key];
  switch (source?.from) {
    case 'literal':
      return JSON.stringify(source.value);
    case 'sha256':
      return `(${expression(source.of, keys)} | sha256sum)`;
    case 'template': {
      const parts = templateParts(source.template).map((part) =>
        typeof part === 'string' ? JSON.stringify(part) : asWritten(part.key, part.url, keys),
      );
      return `(print ${parts.join(' ')})`;
    }
    default:
      return /^[A-Za-z_]\w*$/.test(key) ? `.${key}` : `(index . ${JSON.stringify(key)})`;
  }
}

/** Go's urlquery writes a space as '+', which only the query of a URL reads back. */
function asWritten(key: string, url: boolean, keys: SecretKeys): string {
  const value = expression(key, keys);
  return url ? `(${bare(value)} | urlquery | replace "+" "%20")` : value;
}

const bare = (expression: string): string => expression.replace(/^\((.*)\)$/s, '$1');

/** Braces that Go would take for its own. */
const plain = (text: string): string => text.replaceAll('{{', '{{ "{{" }}');
