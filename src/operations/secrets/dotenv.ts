/** One variable of a `.env` file. */
interface Assignment {
  readonly line: number;
  readonly name: string;
  readonly value: string;
}

/** What is wrong with one line; its text is never repeated. */
interface LineFault {
  readonly line: number;
  readonly message: string;
  readonly hint: string;
}

export interface Dotenv {
  readonly assignments: readonly Assignment[];
  readonly faults: readonly LineFault[];
}

const START = /^[ \t]*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_]*)[ \t]*=[ \t]*/;
const NOTHING = /^[ \t]*(#.*)?$/;

/**
 * Reads `NAME=value` lines: an `export` before the name, comments, quotes over several lines. In double
 * quotes `\n`, `\"`, `\\` and `\$` are escapes; nothing is ever expanded.
 */
export function parseDotenv(text: string): Dotenv {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const assignments: Assignment[] = [];
  const faults: LineFault[] = [];
  const seen = new Map<string, number>();
  for (let at = 0; at < lines.length; at += 1) {
    const line = at + 1;
    const start = START.exec(lines[at] ?? '');
    const name = start?.[1];
    if (!start || name === undefined) {
      if (!NOTHING.test(lines[at] ?? '')) faults.push({ line, ...NO_ASSIGNMENT });
      continue;
    }
    const rest = [(lines[at] ?? '').slice(start[0].length), ...lines.slice(at + 1)].join('\n');
    const read = valueAt(rest);
    if (typeof read === 'string') {
      faults.push({ line, message: `'${name}' ${read}`, hint: QUOTES });
      if (read === OPEN) break; // everything behind would be misread
      continue;
    }
    at += read.lines;
    const before = seen.get(name);
    if (before === undefined) assignments.push({ line, name, value: read.value });
    else faults.push({ line, message: `'${name}' is also on line ${before}`, hint: 'keep one' });
    seen.set(name, before ?? line);
  }
  return { assignments, faults };
}

const OPEN = 'begins with a quote that never ends';
const QUOTES = 'put the value into single quotes; a quote itself into double quotes, as \\"';
const NO_ASSIGNMENT = {
  message: 'is neither NAME=value nor a comment',
  hint: 'a value of several lines stands in quotes',
};

/** The value at the beginning of a text, and how many further lines it takes; or what is wrong. */
function valueAt(text: string): { value: string; lines: number } | string {
  const quote = text[0];
  if (quote !== '"' && quote !== "'") {
    const [first = ''] = text.split('\n');
    return { value: first.replace(/(^|[ \t])#.*$/, '').trim(), lines: 0 };
  }
  const quoted = quote === "'" ? /^'([^']*)'/ : /^"((?:[^"\\]|\\[\s\S])*)"/;
  const found = quoted.exec(text);
  if (!found) return OPEN;
  const [all, inside = ''] = found;
  const [behind = ''] = text.slice(all.length).split('\n');
  if (!NOTHING.test(behind)) return 'has something behind its closing quote';
  const value = quote === "'" ? inside : unescaped(inside);
  return { value, lines: all.split('\n').length - 1 };
}

function unescaped(text: string): string {
  return text.replaceAll(/\\([\s\S])/g, (all, letter: string) => ESCAPES.get(letter) ?? all);
}

const ESCAPES = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['"', '"'],
  ['\\', '\\'],
  ['$', '$'],
]);
