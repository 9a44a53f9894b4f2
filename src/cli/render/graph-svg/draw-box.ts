import {
  type Box,
  headHeight,
  kindBase,
  NAME_SIZE,
  nameBase,
  portY,
  ROW_SIZE,
  type Row,
  SIDE,
} from './box.ts';
import { label } from './label.ts';
import type { PlacedBox } from './layout.ts';
import { element, escaped } from './xml.ts';

/** A service: its name and its kind, where it is reached, and what it uses. */
export function drawService({ box, width, x, y }: PlacedBox, colour: string): string {
  const left = x + SIDE;
  const rule = { class: 'rule', d: `M${x} ${y + headHeight(box)}h${width}` };
  return element(
    'g',
    { class: 'service' },
    element('title', {}, escaped(`${box.id}\n${box.kind}`)),
    element('rect', { class: 'box', x, y, width, height: box.height, rx: 8 }),
    ...box.name.map((text, index) =>
      label(text, { x: left, y: y + nameBase(index), size: NAME_SIZE, bold: true }),
    ),
    label(box.kind ?? '', {
      ...{ x: left, y: y + kindBase(box), size: ROW_SIZE, colour: `fill-${colour}` },
    }),
    ...(box.rows.length > 0 ? [element('path', rule)] : []),
    ...box.rows.map((row) => {
      const base = y + rowBase(box, row);
      const isEndpoint = row.role === 'endpoint';
      return rowText(row, left, x + width - SIDE, base, isEndpoint ? `fill-${colour}` : undefined);
    }),
  );
}

function rowText(row: Row, left: number, right: number, y: number, colour?: string): string {
  const place = { y, size: ROW_SIZE, font: 'mono' } as const;
  const text = label(row.text, { ...place, x: left, ...(colour && { colour }) });
  if (row.spoken === '') return text;
  return text + label(row.spoken, { ...place, x: right, anchor: 'end', colour: 'muted' });
}

/** A host: all in the middle of a round box. */
export function drawHost({ box, width, x, y }: PlacedBox): string {
  const middle = { x: x + width / 2, anchor: 'middle' } as const;
  const round = Math.min(box.height / 2, 28);
  return element(
    'g',
    { class: 'host' },
    element('title', {}, escaped(box.id)),
    element('rect', { class: 'box', x, y, width, height: box.height, rx: round }),
    ...box.name.map((text, index) =>
      label(text, { ...middle, y: y + nameBase(index), size: NAME_SIZE, bold: true }),
    ),
    ...box.rows.map((row) => {
      const place = { ...middle, y: y + rowBase(box, row), size: ROW_SIZE };
      return label(row.text, { ...place, font: 'mono', colour: 'muted' });
    }),
  );
}

function rowBase(box: Box, { port }: Row): number {
  return portY(box, port) + 4;
}
