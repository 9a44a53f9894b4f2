import { ROW_SIZE } from './box.ts';
import { arrowHead } from './draw-line.ts';
import { label } from './label.ts';
import { widthOf } from './text-width.ts';
import { element } from './xml.ts';

interface Sample {
  readonly text: string;
  readonly width: number;
  readonly draw: (x: number, y: number) => string;
}

const SAMPLES: readonly Sample[] = [
  { text: 'service', width: 22, draw: (x, y) => rounded(x, y, 4) },
  { text: 'outside the platform', width: 22, draw: (x, y) => rounded(x, y, 7) },
  { text: 'needs', width: 34, draw: (x, y) => arrow(x, y, 'line line-0') },
  { text: 'can do without', width: 34, draw: (x, y) => arrow(x, y, 'line soft line-0') },
];

const HINT = 'a line has the colour of the kind that it leads to';
const SPACE = 26;

/** What the signs mean, in one line of text around this height. */
export function drawLegend(left: number, y: number): string {
  let x = left;
  const parts: string[] = [];
  for (const { draw, text, width } of SAMPLES) {
    parts.push(draw(x, y), caption(text, x + width + 8, y));
    x += width + 8 + widthOf(text, ROW_SIZE, 'sans') + SPACE;
  }
  return element('g', { class: 'legend' }, ...parts, caption(HINT, x, y));
}

export const LEGEND_WIDTH = SAMPLES.reduce(
  (sum, { text, width }) => sum + width + 8 + widthOf(text, ROW_SIZE, 'sans') + SPACE,
  widthOf(HINT, ROW_SIZE, 'sans'),
);

function caption(text: string, x: number, y: number): string {
  return label(text, { x, y: y + 4, size: ROW_SIZE, colour: 'muted' });
}

function rounded(x: number, y: number, rx: number): string {
  return element('rect', { class: 'box', x, y: y - 7, width: 22, height: 14, rx });
}

function arrow(x: number, y: number, classes: string): string {
  const end = { x: x + 34, y };
  const line = element('path', { class: classes, d: `M${x} ${y}h26` });
  return line + arrowHead(end, { x: x + 26, y }, '0');
}
