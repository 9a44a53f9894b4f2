/** That one comes before the other; the heavier, the more it counts. */
export interface Arrow {
  readonly from: string;
  readonly to: string;
  readonly weight: number;
}

/** Clients before owners; where there are circles, few and light arrows point back. */
export function flowOrder(names: readonly string[], all: readonly Arrow[]): string[] {
  const arrows = all.filter(({ from, to }) => from !== to);
  const joined = new Set(arrows.flatMap(({ from, to }) => [from, to]));
  const left = new Set(names.filter((name) => joined.has(name)));
  const order: string[] = [];
  while (left.size > 0) {
    const open = arrows.filter(({ from, to }) => left.has(from) && left.has(to));
    const surplus = [...left].map((name) => ({ name, surplus: surplusOf(name, open) }));
    const next = surplus.reduce((best, each) => (each.surplus > best.surplus ? each : best)).name;
    order.push(next);
    left.delete(next);
  }
  return [...improved(order, arrows), ...names.filter((name) => !joined.has(name))];
}

/** Whoever nobody left points at comes first of all. */
function surplusOf(name: string, open: readonly Arrow[]): number {
  const incoming = open.filter(({ to }) => to === name);
  const outgoing = open.filter(({ from }) => from === name);
  return incoming.length === 0 ? Number.POSITIVE_INFINITY : weightOf(outgoing) - weightOf(incoming);
}

/** Moves one at a time to where the least points back. */
function improved(given: readonly string[], arrows: readonly Arrow[]): string[] {
  let order = [...given];
  let least = backWeight(order, arrows);
  for (const name of given) {
    const others = order.filter((each) => each !== name);
    for (let at = 0; least > 0 && at <= others.length; at += 1) {
      const moved = [...others.slice(0, at), name, ...others.slice(at)];
      const weight = backWeight(moved, arrows);
      if (weight < least) [order, least] = [moved, weight];
    }
  }
  return order;
}

function backWeight(order: readonly string[], arrows: readonly Arrow[]): number {
  const position = new Map(order.map((name, index) => [name, index]));
  const at = (name: string) => position.get(name) ?? 0;
  return weightOf(arrows.filter(({ from, to }) => at(from) > at(to)));
}

function weightOf(arrows: readonly Arrow[]): number {
  return arrows.reduce((sum, { weight }) => sum + weight, 0);
}

/** How many steps each stands behind the first that leads to it. */
export function depths(order: readonly string[], arrows: readonly Arrow[]): Map<string, number> {
  const position = new Map(order.map((name, index) => [name, index]));
  const depth = new Map(order.map((name) => [name, 0]));
  for (const name of order) {
    for (const { from, to } of arrows) {
      if (from !== name || (position.get(to) ?? -1) <= (position.get(from) ?? 0)) continue;
      depth.set(to, Math.max(depth.get(to) ?? 0, (depth.get(from) ?? 0) + 1));
    }
  }
  return depth;
}
