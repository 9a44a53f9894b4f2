import { type Box, OUTSIDE, portY } from './box.ts';
import type { OrderedStrip } from './order.ts';
import type { Run } from './runs.ts';
import { type Item, type Spring, stacked } from './stack.ts';

/** Above the first box of a strip: the name of its environment, the names of its layers. */
export const FRAME_HEAD = 34;
export const BAND_HEAD = 30;
/** Below the last. */
export const STRIP_FOOT = 26;
const BETWEEN_STRIPS = 24;
export const MARGIN = 20;

const BOX_SPACE = 24;
const BEND_SPACE = 12;

/** The top of every box and bend: strips below each other, hosts next to who uses them. */
export function topsOf(
  strips: readonly OrderedStrip[],
  boxes: readonly Box[],
  runs: readonly Run[],
): Map<string, number> {
  const byId = new Map(boxes.map((box) => [box.id, box]));
  const item = (id: string): Item => {
    const box = byId.get(id);
    return { id, height: box?.height ?? 0, space: box ? BOX_SPACE : BEND_SPACE };
  };
  const tops = new Map<string, number>();
  let top = MARGIN + FRAME_HEAD + BAND_HEAD;
  for (const { columns, place } of strips) {
    const items = columns.map((column) => column.map(item));
    const isOutside = place === OUTSIDE;
    const own = new Set(columns.flat());
    const springs = springsOf(runs, byId, own, isOutside);
    const found = stacked(items, springs, isOutside ? tops : new Map());
    const heights = [...own].map((id) => found.get(id) ?? 0);
    const highest = Math.min(...heights);
    const shift = isOutside ? Math.max(0, MARGIN + FRAME_HEAD - highest) : top - highest;
    for (const id of own) tops.set(id, Math.round((found.get(id) ?? 0) + shift));
    const ends = [...own].map((id) => (tops.get(id) ?? 0) + (byId.get(id)?.height ?? 0));
    if (!isOutside) {
      top = Math.max(...ends) + STRIP_FOOT + BETWEEN_STRIPS + FRAME_HEAD + BAND_HEAD;
    }
  }
  return tops;
}

/** The lines inside a strip; for what lies outside, those that lead there. */
function springsOf(
  runs: readonly Run[],
  boxes: ReadonlyMap<string, Box>,
  own: ReadonlySet<string>,
  isOutside: boolean,
): Spring[] {
  const offset = ({ id, port }: Run['left']) => {
    const box = boxes.get(id);
    return box ? portY(box, port) : 0;
  };
  return runs
    .filter(({ way }) => way !== 'loop')
    .filter(({ left, right }) => own.has(right.id) && (isOutside || own.has(left.id)))
    .map(({ left, right }) => ({
      ...{ a: left.id, aOffset: offset(left), b: right.id, bOffset: offset(right) },
      // A long line should be straight: it is seen most.
      weight: [left, right].reduce((weight, { id }) => weight * (boxes.has(id) ? 1 : 3), 1),
    }));
}
