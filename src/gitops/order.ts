import { KeelsonError } from '../core/errors.ts';
import type { Link, Model, Origin } from '../core/model.ts';

/** For each layer the layers that must be there first, with one connection that says why. */
export type LayerOrder = ReadonlyMap<string, ReadonlyMap<string, Link>>;

/** `environment/layer`. */
export function layerKey({ environment, layer }: Pick<Origin, 'environment' | 'layer'>): string {
  return `${environment}/${layer}`;
}

/** Follows from hard connections alone. A circle is refused, naming the connections that make it. */
export function layerOrder(model: Model): LayerOrder {
  const order = new Map<string, Map<string, Link>>();
  const steps = stepsOf(model);
  for (const link of model.links) {
    if (link.soft) continue;
    const from = layerKey(link.client.origin);
    for (const needed of neededBy(link)) {
      const to = layerKey(needed);
      if (from === to) continue;
      const back = pathBetween(order, steps, to, from);
      if (back) throw cycle(link, needed, back);
      const after = order.get(from) ?? new Map<string, Link>();
      if (!after.has(to)) after.set(to, link);
      order.set(from, after);
    }
  }
  return order;
}

/** Who answers, and whose right it is: a database behind a proxy has to be there as well. */
function neededBy({ grantor, owner }: Link): Origin[] {
  return [owner?.origin, grantor].filter((each) => each !== undefined);
}

/** What waits without any connection: a layer for its own `-before` step, `-after` for the layer. */
function stepsOf(model: Model): ReadonlyMap<string, readonly string[]> {
  const layers = new Set(model.entries.map(({ origin }) => layerKey(origin)));
  const before = (layer: string): string[] =>
    layer.endsWith('-after')
      ? [layer.replace(/-after$/, ''), layer.replace(/-after$/, '-before')]
      : [`${layer}-before`];
  return new Map(
    [...layers].map((layer) => [layer, before(layer).filter((each) => layers.has(each))]),
  );
}

/** The links that lead from one layer to another, breadth first; undefined when none do. */
function pathBetween(
  order: LayerOrder,
  steps: ReadonlyMap<string, readonly string[]>,
  from: string,
  to: string,
): Link[] | undefined {
  const reached = new Map<string, Link[]>([[from, []]]);
  for (const [layer, links] of reached) {
    if (layer === to) return links;
    for (const next of steps.get(layer) ?? []) if (!reached.has(next)) reached.set(next, links);
    for (const [next, link] of order.get(layer) ?? []) {
      if (!reached.has(next)) reached.set(next, [...links, link]);
    }
  }
  return undefined;
}

function cycle(link: Link, needed: Origin, back: readonly Link[]): KeelsonError {
  const say = ({ alias, client, grantor, owner }: Link, to = owner?.origin ?? grantor): string =>
    `'${client.origin.service}' (${layerKey(client.origin)}) uses '${to?.service}' as ${alias}`;
  const ways = back.map((each) => say(each));
  const steps = `${layerKey(needed)} waits for ${layerKey(link.client.origin)}`;
  const why = ways.length > 0 ? ways.join(' and ') : steps;
  return new KeelsonError(link.client.origin.path, 'layer/cycle', {
    message: `${say(link, needed)}, but ${why}`,
    hint: 'put both into one layer, or mark one access soft() if its client starts without it; what a migration uses belongs to an earlier layer',
  });
}
