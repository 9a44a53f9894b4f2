import type { Box } from './box.ts';
import type { Strip } from './columns.ts';
import { MARGIN } from './heights.ts';
import type { Run } from './runs.ts';
import { widthOf } from './text-width.ts';

/** The left and the right end of the boxes in a column. */
export interface Edges {
  readonly left: number;
  readonly right: number;
}

export const TITLE_SIZE = 13;
export const LAYER_SIZE = 12;
/** From a box to the end of its layer, and from there to the end of its environment. */
export const BAND_SIDE = 14;
export const FRAME_SIDE = 12;

const GAP = 52;
const FOR_EACH_LINE = 1.5;
const WIDEST_GAP = 100;

/** As wide as what stands in them; between them room for the lines. */
export function columnEdges(
  strips: readonly Strip[],
  boxes: readonly Box[],
  columnOf: ReadonlyMap<string, number>,
  runs: readonly Run[],
): Edges[] {
  const count = Math.max(0, ...strips.flatMap(({ bands }) => bands.map(({ to }) => to + 1)));
  const edges: Edges[] = [];
  let left = MARGIN + FRAME_SIDE + BAND_SIDE;
  for (let column = 0; column < count; column += 1) {
    const widths = boxes.filter(({ id }) => columnOf.get(id) === column).map(({ width }) => width);
    const right = left + Math.max(...widths, ...titleWidths(strips, column));
    edges.push({ left, right });
    left = right + gapAfter(column, strips, runs);
  }
  return edges;
}

/** A title stands above the first column of what it names, where no line passes. */
function titleWidths(strips: readonly Strip[], column: number): number[] {
  return strips.flatMap(({ bands, place }) => [
    ...(bands[0]?.from === column ? [widthOf(place, TITLE_SIZE, 'sans') - BAND_SIDE] : []),
    ...bands
      .filter(({ from }) => from === column)
      .map(({ layer }) => widthOf(layer, LAYER_SIZE, 'sans')),
  ]);
}

function gapAfter(column: number, strips: readonly Strip[], runs: readonly Run[]): number {
  const lines = runs.filter(({ gap }) => gap === column).length;
  const sides = strips.map(({ bands }) => {
    const endsBand = bands.some(({ from, to }) => to === column || from === column + 1);
    const endsFrame = bands[0]?.from === column + 1 || bands.at(-1)?.to === column;
    return (endsBand ? 2 * BAND_SIDE : 0) + (endsFrame ? 2 * FRAME_SIDE : 0);
  });
  return Math.max(0, ...sides) + Math.min(Math.round(GAP + lines * FOR_EACH_LINE), WIDEST_GAP);
}
