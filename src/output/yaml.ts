import { Emitter, type YamlComment } from './emitter.ts';
import { sequenceStyleOf } from './sequence-style.ts';

export interface YamlOptions {
  /** What to put behind a string, as it stands in the file: ` # …`. A marked string keeps to one line. */
  readonly comment?: YamlComment;
}

/**
 * One object as YAML that 1.1 and 1.2 parsers read alike and that kyaml, with which Flux edits
 * images, leaves as it is. Keys are in one fixed order; `undefined` is left out.
 */
export function toYaml(value: unknown, { comment }: YamlOptions = {}): string {
  const emitter = new Emitter({ style: 'compact', flow: false }, comment);
  const text = emitter.document(value);
  if (!emitter.doubtful || sequenceStyleOf(text) === 'compact') return text;
  return anyStableLayout(value, comment) ?? text;
}

/** Text in a block scalar, or an odd key, made kyaml guess `wide`: agree with it. */
function anyStableLayout(value: unknown, comment: YamlComment | undefined): string | undefined {
  for (const flow of [false, true]) {
    for (const style of ['wide', 'compact'] as const) {
      const text = new Emitter({ style, flow }, comment).document(value);
      if (sequenceStyleOf(text) === style) return text;
    }
  }
  return undefined;
}
