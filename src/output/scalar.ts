/**
 * What may stand without quotes: it reads as the same string in YAML 1.1 and 1.2, and kyaml leaves it
 * alone. The first group says how it may begin, the second what may follow; anything doubtful is quoted.
 */
const PLAIN =
  /^(?:[A-Za-z_/$(]|\.[A-DF-Za-df-z/]|--?[A-Za-z])(?:[\w!"$%&'()*+,\-./;<=>?@[\\\]^`{|}~]|:(?=[^ ])|#(?<=[^ ]#)| (?=.))*$/;

/** Begins with a letter, yet is a boolean, null or number to some parser. */
const WORD = /^(?:y|n|yes|no|on|off|true|false|null|\.nan|\.inf|-\.inf)$/i;

/** Quantities, percentages and durations: `500m`, `1.5Gi`, `25%`, `1h30m`. No parser takes them for numbers. */
const QUANTITY = /^(?:\d+(?:\.\d+)?(?:%|m|k|M|G|T|P|[KMGTPE]i)|(?:\d+(?:ms|[smhdw]))+)$/;

/** All that kyaml writes as it is between quotes: printable, one line, inside the basic plane. */
const PRINTABLE = /^[\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]*$/;

/** The same with tabs and line feeds, for block scalars. */
const PRINTABLE_LINES = /^[\t\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]*$/;

function isPlain(text: string): boolean {
  return (PLAIN.test(text) && !WORD.test(text)) || QUANTITY.test(text);
}

/** A string on one line: plain where every parser agrees, quoted otherwise. */
export function inlineText(text: string): string {
  if (isPlain(text)) return text;
  const readable = PRINTABLE.test(text);
  if (readable && /["\\]/.test(text)) return `'${text.replaceAll("'", "''")}'`;
  return quotedText(text);
}

/** Whether kyaml keeps this string as a readable block scalar. */
export function isBlock(text: string): boolean {
  return (
    text.includes('\n') &&
    /[^\n]/.test(text) &&
    !text.startsWith('\t') &&
    !text.endsWith(' ') &&
    !text.includes(' \n') &&
    PRINTABLE_LINES.test(text)
  );
}

/** A block scalar: its header (`|`, `|-`, `|2+`), then its lines at `pad`. */
export function blockText(text: string, pad: string): string {
  const indented = text.startsWith(' ') || text.startsWith('\n') ? '2' : '';
  const body = text.replace(/^(?=[^\n])/gm, pad);
  if (!text.endsWith('\n')) return `|${indented}-\n${body}`;
  return `|${indented}${text.endsWith('\n\n') ? '+' : ''}\n${body.slice(0, -1)}`;
}

export function numberText(value: number): string {
  if (!Number.isFinite(value)) throw new Error(`YAML for Kubernetes has no ${value}`);
  const text = String(value);
  // YAML 1.1 takes `1e+21` for a string unless there is a dot.
  return text.includes('e') && !text.includes('.') ? text.replace('e', '.0e') : text;
}

const ESCAPES = new Map([
  ['\0', '\\0'],
  ['\x07', '\\a'],
  ['\b', '\\b'],
  ['\t', '\\t'],
  ['\n', '\\n'],
  ['\v', '\\v'],
  ['\f', '\\f'],
  ['\r', '\\r'],
  ['\x1b', '\\e'],
  ['"', '\\"'],
  ['\\', '\\\\'],
  ['\x85', '\\N'],
  ['\u2028', '\\L'],
  ['\u2029', '\\P'],
]);

/** Double quotes with the very escapes that go-yaml writes. */
export function quotedText(text: string): string {
  if (/\p{Surrogate}/u.test(text)) {
    throw new Error(`half a surrogate pair cannot be written as YAML: ${JSON.stringify(text)}`);
  }
  return `"${text.replace(/["\\]|[^\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]/gu, escaped)}"`;
}

function escaped(char: string): string {
  return ESCAPES.get(char) ?? hexEscape(char.codePointAt(0) ?? 0);
}

function hexEscape(code: number): string {
  const hex = code.toString(16).toUpperCase();
  if (code <= 0xff) return `\\x${hex.padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}
