import { type Key, keysOf } from './key.ts';
import { blockText, inlineText, isBlock, numberText, quotedText } from './scalar.ts';
import type { SequenceStyle } from './sequence-style.ts';

/** Where a value stands: keys and list indexes, from the root. */
type YamlPath = readonly (string | number)[];
export type YamlComment = (value: string, path: YamlPath) => string | undefined;

/** How one pass writes lists. */
export interface Layout {
  readonly style: SequenceStyle;
  /** Put lists whose key line kyaml cannot read on one line. */
  readonly flow: boolean;
}

type Mapping = { readonly [key: string]: unknown };

const STEP = '  ';

/** One pass over one value. Every method leaves the text at the start of a new line. */
export class Emitter {
  /** Set when kyaml might guess the list style from something else than the first list. */
  doubtful = false;
  private text = '';
  private readonly path: (string | number)[] = [];
  private readonly comment: YamlComment | undefined;
  private readonly layout: Layout;

  constructor(layout: Layout, comment: YamlComment | undefined) {
    this.layout = layout;
    this.comment = comment;
  }

  document(value: unknown): string {
    if (typeof value === 'string') return `${inlineText(value)}\n`;
    if (Array.isArray(value)) this.doubtful = true;
    this.inPlace(value, '');
    // Reading the end makes V8 join the pieces now; kept apart they cost the garbage collector far more.
    if (!this.text.endsWith('\n')) throw new Error('a document must end with its line');
    return this.text;
  }

  /** Writes a value where the cursor stands; its further lines start at `pad`. */
  private inPlace(value: unknown, pad: string): void {
    if (value === null || typeof value !== 'object') this.scalar(value, pad);
    else if (isEmpty(value)) this.text += Array.isArray(value) ? '[]\n' : '{}\n';
    else if (!Array.isArray(value)) this.mapping(value as Mapping, pad);
    else if (this.layout.flow) this.text += `${flowText(value)}\n`;
    else this.list(value, pad);
  }

  private mapping(mapping: Mapping, pad: string): void {
    let lead = '';
    for (const key of keysOf(mapping)) {
      const value = mapping[key.name];
      if (value === undefined) continue;
      this.text += lead;
      lead = pad;
      if (this.comment) this.path.push(key.name);
      this.entry(key, value, pad);
      if (this.comment) this.path.pop();
    }
  }

  private entry(key: Key, value: unknown, pad: string): void {
    if (key.complex) {
      this.text += `? ${key.text}\n${pad}: `;
      this.doubtful = true;
      this.inPlace(value, pad + STEP);
      return;
    }
    this.text += key.text;
    if (value === null || typeof value !== 'object' || isEmpty(value)) {
      this.text += ': ';
      this.inPlace(value, pad + STEP);
    } else if (!Array.isArray(value)) {
      this.text += `:\n${pad}${STEP}`;
      this.mapping(value as Mapping, pad + STEP);
    } else {
      this.listUnder(key.odd, value, pad);
    }
  }

  private listUnder(odd: boolean, list: readonly unknown[], pad: string): void {
    if (odd) this.doubtful = true;
    if (odd && this.layout.flow) {
      this.text += `: ${flowText(list)}\n`;
      return;
    }
    const inner = this.layout.style === 'compact' ? pad : pad + STEP;
    this.text += `:\n${inner}`;
    this.list(list, inner);
  }

  private list(list: readonly unknown[], pad: string): void {
    let lead = '- ';
    for (let index = 0; index < list.length; index += 1) {
      const value = list[index];
      if (value === undefined) continue;
      this.text += lead;
      lead = `${pad}- `;
      if (this.comment) this.path.push(index);
      this.inPlace(value, pad + STEP);
      if (this.comment) this.path.pop();
    }
  }

  private scalar(value: unknown, pad: string): void {
    if (typeof value !== 'string') {
      this.text += `${atomText(value)}\n`;
      return;
    }
    const comment = this.comment?.(value, this.path);
    if (comment !== undefined) {
      this.text += `${markedText(value)}${comment}\n`;
    } else if (isBlock(value)) {
      if (value.includes('- ')) this.doubtful = true;
      this.text += `${blockText(value, pad)}\n`;
    } else {
      this.text += `${inlineText(value)}\n`;
    }
  }
}

function isEmpty(value: object): boolean {
  if (Array.isArray(value)) return value.every((item) => item === undefined);
  for (const key of Object.keys(value)) {
    if ((value as Mapping)[key] !== undefined) return false;
  }
  const kind = Object.prototype.toString.call(value);
  if (kind !== '[object Object]') throw new Error(`cannot write ${kind.slice(8, -1)} as YAML`);
  return true;
}

/**
 * Whole image references stay plain. All else that Flux may edit is quoted: kyaml adds quotes to a tag
 * like `1.10` and keeps them on whatever comes next, and the next synth must write the same.
 */
function markedText(value: string): string {
  return /^(?!sha\d+:).+:/.test(value) ? inlineText(value) : quotedText(value);
}

function atomText(value: unknown): string {
  if (typeof value === 'number') return numberText(value);
  if (value === null || typeof value === 'boolean') return String(value);
  throw new Error(`cannot write a ${typeof value} as YAML`);
}

function flowText(value: unknown): string {
  if (typeof value === 'string') return quotedText(value);
  if (value === null || typeof value !== 'object') return atomText(value);
  if (isEmpty(value)) return Array.isArray(value) ? '[]' : '{}';
  if (Array.isArray(value)) {
    return `[${value
      .filter((item) => item !== undefined)
      .map(flowText)
      .join(', ')}]`;
  }
  const mapping = value as Mapping;
  const entries = keysOf(mapping)
    .filter(({ name }) => mapping[name] !== undefined)
    .map(({ name, complex }) => {
      const text = flowText(mapping[name]);
      return complex ? `? ${quotedText(name)} : ${text}` : `${quotedText(name)}: ${text}`;
    });
  return `{${entries.join(', ')}}`;
}
