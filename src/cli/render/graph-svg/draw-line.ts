import type { PlacedLine, Point } from './layout.ts';
import { element, escaped } from './xml.ts';

const ARROW = 8;
/** How far a line swings out that leads back to its own column. */
const SWING = 40;

/** From the client to the owner: straight through the column that it passes, then a curve over the gap. */
export function drawLine({ end, enters, run, start }: PlacedLine, colour: string): string {
  const isForth = run.way === 'forth';
  const tip = run.arrow ? { x: end.x + (isForth ? -ARROW : ARROW), y: end.y } : end;
  const d = `${first(start, enters)}${curve(start, tip, run.way === 'loop')}`;
  const name = element('title', {}, escaped(run.titles.join('\n')));
  const classes = `line ${run.soft ? 'soft ' : ''}line-${colour}`;
  const path = element('path', { class: classes, d }, name);
  return run.arrow ? path + arrowHead(end, tip, colour) : path;
}

export function arrowHead(end: Point, tip: Point, colour: string): string {
  return element('path', { class: `fill-${colour}`, d: `M${at(end)}L${tip.x} ${tip.y - 4.5}v9z` });
}

function first(start: Point, enters: number | undefined): string {
  return enters === undefined ? `M${at(start)}` : `M${enters} ${start.y}H${start.x}`;
}

function curve(start: Point, tip: Point, isLoop: boolean): string {
  const half = Math.round((tip.x - start.x) / 2);
  const [near, far] = isLoop ? [start.x + SWING, start.x + SWING] : [start.x + half, tip.x - half];
  return `C${near} ${start.y} ${far} ${tip.y} ${at(tip)}`;
}

function at({ x, y }: Point): string {
  return `${x} ${y}`;
}
