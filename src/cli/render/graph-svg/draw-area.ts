import { label } from './label.ts';
import type { Area } from './layout.ts';
import { BAND_SIDE, FRAME_SIDE, LAYER_SIZE, TITLE_SIZE } from './widths.ts';
import { element } from './xml.ts';

/** An environment, or what lies outside: that has a broken border. */
export function drawFrame({ title, ...area }: Area, isOutside: boolean): string {
  const border = isOutside ? '6 4' : undefined;
  return element(
    'g',
    { class: 'area' },
    element('rect', { class: 'frame', ...area, rx: 14, 'stroke-dasharray': border }),
    label(title, { x: area.x + FRAME_SIDE, y: area.y + 23, size: TITLE_SIZE, bold: true }),
  );
}

/** A layer. */
export function drawBand({ title, ...area }: Area): string {
  const place = { x: area.x + BAND_SIDE, y: area.y + 20, size: LAYER_SIZE };
  return element(
    'g',
    { class: 'area' },
    element('rect', { class: 'band', ...area, rx: 10 }),
    label(title, { ...place, bold: true, colour: 'muted' }),
  );
}
