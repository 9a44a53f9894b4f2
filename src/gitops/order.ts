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
  for (const link of model.links) {
    if (!link.owner || link.soft) continue;
    const from = layerKey(link.client.origin);
    const to = layerKey(link.owner.origin);
    if (from === to) continue;
    const back = pathBetween(order, to, from);
    if (back) throw cycle(link, back);
    const after = order.get(from) ?? new Map<string, Link>();
    if (!after.has(to)) after.set(to, link);
    order.set(from, after);
  }
  return order;
}

/** The links that lead from one layer to another, breadth first; undefined when none do. */
function pathBetween(order: LayerOrder, from: string, to: string): Link[] | undefined {
  const reached = new Map<string, Link[]>([[from, []]]);
  for (const [layer, links] of reached) {
    if (layer === to) return links;
    for (const [next, link] of order.get(layer) ?? []) {
      if (!reached.has(next)) reached.set(next, [...links, link]);
    }
  }
  return undefined;
}

function cycle(link: Link, back: readonly Link[]): KeelsonError {
  const say = ({ alias, client, owner }: Link): string =>
    `'${client.origin.service}' (${layerKey(client.origin)}) uses '${owner?.origin.service}' as ${alias}`;
  return new KeelsonError(link.client.origin.path, 'layer/cycle', {
    message: `${say(link)}, but ${back.map(say).join(' and ')}`,
    hint: 'put both into one layer, or mark one access soft() if its client starts without it',
  });
}
