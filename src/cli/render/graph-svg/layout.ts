import { areasOf } from './areas.ts';
import { type Box, portY } from './box.ts';
import { columnsOf } from './columns.ts';
import { topsOf } from './heights.ts';
import { ordered, withOrderedRows } from './order.ts';
import { type Line, type Run, runsOf, type Stop } from './runs.ts';
import { columnEdges, type Edges } from './widths.ts';

/** Everything with its place, in pixels. */
export interface Layout {
  /** An environment each, and what lies outside. */
  readonly frames: readonly Area[];
  /** A layer each. */
  readonly bands: readonly Area[];
  readonly boxes: readonly PlacedBox[];
  readonly lines: readonly PlacedLine[];
}

export interface Area {
  readonly title: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface PlacedBox {
  readonly box: Box;
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

/** A run from where it starts to where it ends. */
export interface PlacedLine {
  readonly run: Run;
  /** Where it comes into the column that it starts in, if it passes it. */
  readonly enters: number | undefined;
  readonly start: Point;
  readonly end: Point;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Columns first, then the order in them, then heights, then widths. */
export function layoutOf(given: readonly Box[], lines: readonly Line[]): Layout {
  const { columnOf, strips } = columnsOf(given, lines);
  const cut = runsOf(lines, byId(given), columnOf);
  const order = ordered(strips, given, columnOf, cut);
  const boxes = withOrderedRows(given, order, cut.runs);
  const tops = topsOf(order, boxes, cut.runs);
  const edges = columnEdges(strips, boxes, columnOf, cut.runs);
  const known = byId(boxes);
  const areas = areasOf(strips, order, tops, (id) => known.get(id)?.height ?? 0, edges);
  return {
    ...areas,
    boxes: boxes.map((box) => {
      const { left = 0, right = 0 } = edges[columnOf.get(box.id) ?? 0] ?? {};
      return { box, x: left, y: tops.get(box.id) ?? 0, width: right - left };
    }),
    lines: cut.runs.map((run) => placedLine(run, known, tops, edges)),
  };
}

function placedLine(
  run: Run,
  boxes: ReadonlyMap<string, Box>,
  tops: ReadonlyMap<string, number>,
  edges: readonly Edges[],
): PlacedLine {
  const y = ({ id, port }: Stop) => {
    const box = boxes.get(id);
    return (tops.get(id) ?? 0) + (box ? portY(box, port) : 0);
  };
  const { gap, left, right, way } = run;
  const here = edges[gap] ?? NOWHERE;
  const next = (way === 'loop' ? here : edges[gap + 1]) ?? NOWHERE;
  const atLeft = { x: here.right, y: y(left) };
  const atRight = { x: way === 'loop' ? here.right : next.left, y: y(right) };
  if (way === 'back') {
    const enters = boxes.has(right.id) ? undefined : next.right;
    return { run, start: atRight, end: atLeft, enters };
  }
  const enters = boxes.has(left.id) ? undefined : here.left;
  return { run, start: atLeft, end: atRight, enters };
}

const NOWHERE: Edges = { left: 0, right: 0 };

function byId(boxes: readonly Box[]): Map<string, Box> {
  return new Map(boxes.map((box) => [box.id, box]));
}
