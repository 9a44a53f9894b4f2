import type { Font } from './text-width.ts';
import { element, escaped } from './xml.ts';

export interface LabelOptions {
  readonly x: number;
  /** The line that the letters stand on. */
  readonly y: number;
  readonly size: number;
  readonly font?: Font;
  readonly bold?: boolean;
  readonly anchor?: 'start' | 'middle' | 'end';
  /** The class of its colour. */
  readonly colour?: string;
}

/** One line of text. */
export function label(text: string, options: LabelOptions): string {
  const { anchor = 'start', bold = false, colour, font = 'sans', size, x, y } = options;
  const classes = [...(font === 'mono' ? ['mono'] : []), ...(colour ? [colour] : [])];
  const attributes = {
    class: classes.length > 0 ? classes.join(' ') : undefined,
    ...{ x, y, 'font-size': size, 'font-weight': bold ? 600 : undefined },
    'text-anchor': anchor === 'start' ? undefined : anchor,
  };
  return element('text', attributes, escaped(text));
}
