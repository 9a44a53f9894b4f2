import type { Graph, GraphService } from '../../operations/graph.ts';

/** The services of each environment, and in there of each layer; both in the graph's own order. */
export function byPlace({ services }: Graph): Map<string, Map<string, GraphService[]>> {
  const places = new Map<string, Map<string, GraphService[]>>();
  for (const service of services) {
    const layers = places.get(service.place) ?? new Map<string, GraphService[]>();
    layers.set(service.layer, [...(layers.get(service.layer) ?? []), service]);
    places.set(service.place, layers);
  }
  return places;
}
