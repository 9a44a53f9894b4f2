import { type Box, OUTSIDE } from './box.ts';
import type { Strip } from './columns.ts';
import type { Run, Runs, Stop } from './runs.ts';
import { type Pair, untangled } from './untangle.ts';

/** What stands in every column of a strip, from the top: ids of boxes and bends. */
export interface OrderedStrip {
  readonly place: string;
  readonly columns: readonly (readonly string[])[];
}

/** Orders each strip for itself, so that few lines cross; hosts follow from who uses them. */
export function ordered(
  strips: readonly Strip[],
  boxes: readonly Box[],
  columnOf: ReadonlyMap<string, number>,
  { bends, runs }: Runs,
): OrderedStrip[] {
  const placeOf = new Map([...boxes, ...bends].map(({ id, place }) => [id, place]));
  const all = [...boxes.map(({ id }) => ({ id, column: columnOf.get(id) ?? 0 })), ...bends];
  const count = Math.max(0, ...all.map(({ column }) => column + 1));
  const across = runs.filter(({ way }) => way !== 'loop');
  const places = strips.map(({ place }) => place);
  const done: OrderedStrip[] = [];
  for (const place of places) {
    const own = all.filter(({ id }) => placeOf.get(id) === place);
    const columns = Array.from({ length: count }, (_, column) =>
      own.filter((each) => each.column === column).map(({ id }) => id),
    );
    const order =
      place === OUTSIDE
        ? hostOrder(columns, across, done)
        : stripOrder(columns, across, placeOf, places, place);
    done.push({ place, columns: order });
  }
  return done;
}

/** Each next to those that use it. */
function hostOrder(
  columns: readonly string[][],
  runs: readonly Run[],
  done: readonly OrderedStrip[],
): string[][] {
  const ranks = ranksOf(done);
  const rank = new Map(columns.flat().map((id) => [id, meanRank(id, runs, ranks)]));
  return columns.map((column) =>
    [...column].sort((a, b) => (rank.get(a) ?? 0) - (rank.get(b) ?? 0)),
  );
}

function stripOrder(
  columns: readonly string[][],
  runs: readonly Run[],
  placeOf: ReadonlyMap<string, string>,
  places: readonly string[],
  place: string,
): string[][] {
  const isOwn = ({ id }: Stop) => placeOf.get(id) === place;
  const pairs: Pair[] = [];
  const pulls = new Map<string, number>();
  for (const { left, right } of runs) {
    const [own, other] = isOwn(left) ? [left, right] : [right, left];
    if (!isOwn(own)) continue;
    const there = placeOf.get(other.id) ?? OUTSIDE;
    if (there === place) pairs.push({ left: left.id, right: right.id });
    else if (there !== OUTSIDE) {
      pulls.set(own.id, places.indexOf(there) > places.indexOf(place) ? 1.2 : -0.2);
    }
  }
  return untangled(columns, pairs, pulls);
}

/** What a box uses, in the order in which the lines arrive. */
export function withOrderedRows(
  boxes: readonly Box[],
  strips: readonly OrderedStrip[],
  runs: readonly Run[],
): Box[] {
  const ranks = ranksOf(strips);
  return boxes.map((box) => {
    const rank = new Map(
      box.rows.map(({ port }) => [port, meanRank(box.id, runs, ranks, port)] as const),
    );
    const uses = box.rows.filter(({ role }) => role === 'use');
    uses.sort((a, b) => (rank.get(a.port) ?? 0) - (rank.get(b.port) ?? 0));
    return { ...box, rows: [...box.rows.filter(({ role }) => role === 'endpoint'), ...uses] };
  });
}

/** From 0 to 1 in the first strip, from 1 to 2 in the next. */
function ranksOf(strips: readonly OrderedStrip[]): Map<string, number> {
  return new Map(
    strips.flatMap(({ columns }, strip) =>
      columns.flatMap((column) =>
        column.map((id, index) => [id, strip + (index + 0.5) / column.length] as const),
      ),
    ),
  );
}

/** Where the things lie, on average, that a box is joined to, at one port or at any. */
function meanRank(
  id: string,
  runs: readonly Run[],
  ranks: ReadonlyMap<string, number>,
  port?: string,
): number {
  const isHere = (stop: Stop) => stop.id === id && (port === undefined || stop.port === port);
  const others = runs.flatMap(({ left, right }) => [
    ...(isHere(left) ? [right.id] : []),
    ...(isHere(right) ? [left.id] : []),
  ]);
  const sum = others.reduce((all, other) => all + (ranks.get(other) ?? 0), 0);
  return others.length === 0 ? (ranks.get(id) ?? 0) : sum / others.length;
}
