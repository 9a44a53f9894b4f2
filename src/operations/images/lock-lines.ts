import type { LockField } from '../../core/image-lock.ts';

/** One field of one image, as it stands in the text of a lock. */
export interface FieldLine {
  readonly environment: string;
  readonly name: string;
  readonly field: LockField;
  /** The first line is 0. */
  readonly index: number;
  /** Up to the value, the value as it is written, and what follows it. */
  readonly before: string;
  readonly value: string;
  readonly after: string;
}

const KEY = String.raw`"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s"'#](?:[^:#]|:(?=\S)|(?<=\S)#)*?`;
const LINE = new RegExp(`^( *)(${KEY})( *:(?= |$) *)(.*)$`);
const VALUE = /^("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s"'#](?:[^#]|(?<=\S)#)*?)?(\s+#.*|\s*)$/;
const FIELDS: readonly string[] = ['repository', 'tag', 'digest'];

/**
 * Every line of a lock that holds one field, found by how far it is indented. What is written another way
 * (flow style, several lines) is not found; whoever edits must read the result again.
 */
export function fieldLines(text: string): readonly FieldLine[] {
  const found: FieldLine[] = [];
  const above: { readonly indent: number; readonly key: string }[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const end = line.endsWith('\r') ? '\r' : '';
    const [, pad = '', written, colon = '', rest = ''] = LINE.exec(line.replace(/\r$/, '')) ?? [];
    if (written === undefined) continue;
    while ((above.at(-1)?.indent ?? -1) >= pad.length) above.pop();
    const key = unquoted(written);
    const [environment, name] = above.map((each) => each.key);
    const [, value = '', after = ''] = VALUE.exec(rest) ?? [];
    if (environment !== undefined && name !== undefined && isField(key) && above.length === 2) {
      found.push({
        environment,
        name,
        field: key,
        index,
        before: `${pad}${written}${colon}`,
        value,
        after: `${after}${end}`,
      });
    }
    above.push({ indent: pad.length, key });
  }
  return found;
}

/** What the setter comment at the end of a line names, where there is one. */
export function setterOf({ after }: FieldLine): string | undefined {
  return /\{\s*"\$imagepolicy"\s*:\s*"([^"]*)"\s*\}/.exec(after)?.[1];
}

const isField = (key: string): key is LockField => FIELDS.includes(key);

function unquoted(written: string): string {
  if (written.startsWith("'")) return written.slice(1, -1).replaceAll("''", "'");
  if (written.startsWith('"')) return written.slice(1, -1).replaceAll(/\\(.)/g, '$1');
  return written;
}
