/** Something at the left joined to something at the right. */
export interface Pair {
  readonly left: string;
  readonly right: string;
}

/** Draws something up (below 0) or down (above 1): it leads to another strip. */
export type Pulls = ReadonlyMap<string, number>;

const SWEEPS = 16;

/** An order of every column in which few lines cross: towards the middle of what each is joined to. */
export function untangled(
  columns: readonly (readonly string[])[],
  pairs: readonly Pair[],
  pulls: Pulls,
): string[][] {
  const neighbours = neighboursOf(pairs);
  const upsideDown = columns.map((column) => [...column].reverse());
  const starts = [columns, upsideDown].flatMap((start) => [
    ...swept(start, pairs, neighbours, pulls, 0),
    ...swept(start, pairs, neighbours, pulls, 1),
  ]);
  return starts.reduce((best, each) => (each.crossings < best.crossings ? each : best)).columns;
}

interface Found {
  readonly columns: string[][];
  readonly crossings: number;
}

/** Sweeps from the left to the right and back, or the other way round first. */
function swept(
  start: readonly (readonly string[])[],
  pairs: readonly Pair[],
  neighbours: Neighbours,
  pulls: Pulls,
  first: 0 | 1,
): Found[] {
  let current = start.map((column) => [...column]);
  const found: Found[] = [{ columns: current, crossings: crossings(current, pairs) }];
  for (let sweep = first; sweep < SWEEPS + first; sweep += 1) {
    current = current.map((column) => [...column]);
    for (const column of sweep % 2 === 0 ? current : [...current].reverse()) {
      const positions = positionsOf(current);
      const wish = new Map(column.map((id) => [id, middle(id, neighbours, positions, pulls)]));
      column.sort((a, b) => (wish.get(a) ?? 0) - (wish.get(b) ?? 0));
      swapped(column, neighbours, positions);
    }
    found.push({ columns: current, crossings: crossings(current, pairs) });
  }
  return found;
}

/** By id: what it is joined to at its left, and at its right. */
type Neighbours = ReadonlyMap<string, readonly string[][]>;

function neighboursOf(pairs: readonly Pair[]): Map<string, string[][]> {
  const neighbours = new Map<string, string[][]>();
  const sides = (id: string) => neighbours.get(id) ?? [[], []];
  for (const { left, right } of pairs) {
    const [before = [], after = []] = sides(left);
    neighbours.set(left, [before, [...after, right]]);
    const [ahead = [], behind = []] = sides(right);
    neighbours.set(right, [[...ahead, left], behind]);
  }
  return neighbours;
}

/** From 0 at the top of a column to 1 at its end. */
function positionsOf(columns: readonly (readonly string[])[]): Map<string, number> {
  return new Map(
    columns.flatMap((column) => column.map((id, index) => [id, (index + 0.5) / column.length])),
  );
}

function middle(
  id: string,
  neighbours: Neighbours,
  positions: ReadonlyMap<string, number>,
  pulls: Pulls,
): number {
  const pull = pulls.get(id);
  const near = (neighbours.get(id) ?? []).flat().map((each) => positions.get(each) ?? 0);
  const all = pull === undefined ? near : [...near, pull];
  if (all.length === 0) return positions.get(id) ?? 0;
  return all.reduce((sum, each) => sum + each, 0) / all.length;
}

/** Swaps neighbours of a column as long as that saves a crossing. */
function swapped(
  column: string[],
  neighbours: Neighbours,
  positions: ReadonlyMap<string, number>,
): void {
  const cost = (upper: string, lower: string) =>
    [0, 1].reduce((sum, side) => {
      const over = neighbours.get(upper)?.[side] ?? [];
      const under = neighbours.get(lower)?.[side] ?? [];
      return sum + crossed(over, under, positions);
    }, 0);
  for (let round = 0, again = true; again && round < column.length; round += 1) {
    again = false;
    for (let index = 0; index + 1 < column.length; index += 1) {
      const [upper = '', lower = ''] = column.slice(index, index + 2);
      if (cost(upper, lower) <= cost(lower, upper)) continue;
      column.splice(index, 2, lower, upper);
      again = true;
    }
  }
}

function crossed(
  over: readonly string[],
  under: readonly string[],
  positions: ReadonlyMap<string, number>,
): number {
  const at = (id: string) => positions.get(id) ?? 0;
  let count = 0;
  for (const a of over) for (const b of under) if (at(b) < at(a)) count += 1;
  return count;
}

function crossings(columns: readonly (readonly string[])[], pairs: readonly Pair[]): number {
  const columnOf = new Map(columns.flatMap((column, index) => column.map((id) => [id, index])));
  const at = positionsOf(columns);
  const gaps = columns.map((): { from: number; to: number }[] => []);
  for (const { left, right } of pairs) {
    gaps[columnOf.get(left) ?? 0]?.push({ from: at.get(left) ?? 0, to: at.get(right) ?? 0 });
  }
  return gaps.reduce((sum, gap) => sum + inversions(gap), 0);
}

function inversions(gap: { readonly from: number; readonly to: number }[]): number {
  gap.sort((a, b) => a.from - b.from || a.to - b.to);
  const seen: number[] = [];
  let count = 0;
  for (const { to } of gap) {
    let at = seen.length;
    while (at > 0 && (seen[at - 1] ?? 0) > to) at -= 1;
    count += seen.length - at;
    seen.splice(at, 0, to);
  }
  return count;
}
