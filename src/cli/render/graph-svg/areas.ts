import { OUTSIDE } from './box.ts';
import type { Band, Strip } from './columns.ts';
import { BAND_HEAD, FRAME_HEAD, STRIP_FOOT } from './heights.ts';
import type { Area } from './layout.ts';
import type { OrderedStrip } from './order.ts';
import { BAND_SIDE, type Edges, FRAME_SIDE } from './widths.ts';

/** A frame around every environment, a band below every layer. */
export function areasOf(
  strips: readonly Strip[],
  order: readonly OrderedStrip[],
  tops: ReadonlyMap<string, number>,
  heightOf: (id: string) => number,
  edges: readonly Edges[],
): { frames: Area[]; bands: Area[] } {
  const frames: Area[] = [];
  const bands: Area[] = [];
  for (const [index, strip] of strips.entries()) {
    const own = order[index]?.columns.flat() ?? [];
    const top = Math.min(...own.map((id) => tops.get(id) ?? 0));
    const end = Math.max(...own.map((id) => (tops.get(id) ?? 0) + heightOf(id)));
    const isOutside = strip.place === OUTSIDE;
    const head = isOutside ? 0 : BAND_HEAD;
    const x = (edges[strip.bands[0]?.from ?? 0]?.left ?? 0) - BAND_SIDE - FRAME_SIDE;
    const right = (edges[strip.bands.at(-1)?.to ?? 0]?.right ?? 0) + BAND_SIDE + FRAME_SIDE;
    const y = top - head - FRAME_HEAD;
    const height = end + STRIP_FOOT - y;
    frames.push({ title: strip.place, x, y, width: right - x, height });
    if (isOutside) continue;
    const body = { y: y + FRAME_HEAD, height: height - FRAME_HEAD - (STRIP_FOOT - BAND_FOOT) };
    bands.push(...strip.bands.map((band) => ({ ...bandArea(band, edges), ...body })));
  }
  return { frames, bands };
}

/** Between the last box and the end of its layer. */
const BAND_FOOT = 14;

function bandArea({ from, layer, to }: Band, edges: readonly Edges[]) {
  const x = (edges[from]?.left ?? 0) - BAND_SIDE;
  return { title: layer, x, width: (edges[to]?.right ?? 0) + BAND_SIDE - x };
}
