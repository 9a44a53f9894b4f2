/** How lists stand under their key: at its column (`compact`), or two columns in (`wide`). */
export type SequenceStyle = 'compact' | 'wide';

/**
 * The style kyaml will rewrite a file in: a port of `DeriveSeqIndentStyle`, mistakes included. It
 * judges by the first line that looks like the first item of a list, even one inside a block scalar.
 */
export function sequenceStyleOf(yaml: string): SequenceStyle {
  const lines = yaml.split('\n');
  for (const [index, line] of lines.entries()) {
    const column = /^ *(?=- )/.exec(line)?.[0].length;
    if (column === undefined) continue;
    const keyLine = keyLineBefore(lines, index);
    const key = keyLine.replace(/^ +| +$/g, '');
    if (key.indexOf(':') !== key.length - 1 || key === '') continue;
    const indent = column - keyLine.search(/[^ ]/);
    if (indent === 0) return 'compact';
    if (indent === 2) return 'wide';
  }
  return 'compact';
}

function keyLineBefore(lines: readonly string[], index: number): string {
  for (let at = index - 1; at >= 0; at -= 1) {
    const line = lines[at] ?? '';
    if (!/^ *#/.test(line)) return line.split('#', 1)[0] ?? '';
  }
  return '';
}
