/** Something in a column, from the top down. */
export interface Item {
  readonly id: string;
  readonly height: number;
  /** Free space that it wants to its neighbours. */
  readonly space: number;
}

/** Pulls two items to where a line between them is straight. */
export interface Spring {
  readonly a: string;
  readonly b: string;
  /** From the tops of the items to where the line ends. */
  readonly aOffset: number;
  readonly bOffset: number;
  readonly weight: number;
}

const SWEEPS = 200;

/** The top of every item: in the order of its column, nothing on top of another, lines as straight as can be. */
export function stacked(
  columns: readonly (readonly Item[])[],
  springs: readonly Spring[],
  fixed: ReadonlyMap<string, number> = new Map(),
): Map<string, number> {
  const tops = new Map(fixed);
  for (const column of columns) {
    for (const [index, top] of settled(
      column,
      column.map(() => ({ top: 0, weight: 1 })),
    ).entries())
      tops.set(column[index]?.id ?? '', top);
  }
  const pulls = pullsOf(springs);
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    for (const column of sweep % 2 === 0 ? columns : [...columns].reverse()) {
      const wishes = column.map(({ id }) => wishOf(id, pulls.get(id) ?? [], tops));
      for (const [index, top] of settled(column, wishes).entries())
        tops.set(column[index]?.id ?? '', top);
    }
  }
  return tops;
}

interface Pull {
  readonly other: string;
  readonly distance: number;
  readonly weight: number;
}

interface Wish {
  readonly top: number;
  readonly weight: number;
}

function pullsOf(springs: readonly Spring[]): Map<string, Pull[]> {
  const pulls = new Map<string, Pull[]>();
  const add = (id: string, pull: Pull) => {
    const own = pulls.get(id);
    if (own) own.push(pull);
    else pulls.set(id, [pull]);
  };
  for (const { a, aOffset, b, bOffset, weight } of springs) {
    add(a, { other: b, distance: bOffset - aOffset, weight });
    add(b, { other: a, distance: aOffset - bOffset, weight });
  }
  return pulls;
}

function wishOf(id: string, pulls: readonly Pull[], tops: ReadonlyMap<string, number>): Wish {
  if (pulls.length === 0) return { top: tops.get(id) ?? 0, weight: 0.01 };
  const own = tops.get(id) ?? 0;
  let [sum, weight] = [0, 0];
  for (const pull of pulls) {
    const top = (tops.get(pull.other) ?? 0) + pull.distance;
    // Less pull from afar: so a long line goes straight and makes one bow instead of many small ones.
    const strength = pull.weight / (Math.abs(top - own) + SLACK);
    sum += top * strength;
    weight += strength;
  }
  return { top: sum / weight, weight };
}

const SLACK = 2;

/** As near to the wishes as the order allows: least squares, by pooling whatever stands in each other's way. */
function settled(column: readonly Item[], wishes: readonly Wish[]): number[] {
  const shifts: number[] = [];
  let used = 0;
  for (const [index, item] of column.entries()) {
    const before = column[index - 1];
    if (before) used += before.height + (before.space + item.space) / 2;
    shifts.push(used);
  }
  const pools: { sum: number; weight: number; count: number }[] = [];
  for (const [index, { top, weight }] of wishes.entries()) {
    pools.push({ sum: (top - (shifts[index] ?? 0)) * weight, weight, count: 1 });
    for (;;) {
      const [upper, lower] = [pools.at(-2), pools.at(-1)];
      if (!upper || !lower || upper.sum / upper.weight <= lower.sum / lower.weight) break;
      pools.splice(-2, 2, {
        sum: upper.sum + lower.sum,
        weight: upper.weight + lower.weight,
        count: upper.count + lower.count,
      });
    }
  }
  const bases = pools.flatMap(({ count, sum, weight }) =>
    new Array<number>(count).fill(sum / weight),
  );
  return bases.map((base, index) => base + (shifts[index] ?? 0));
}
