import type { GraphConnection } from '../../../operations/graph.ts';
import { type Box, OUTSIDE } from './box.ts';
import { type Arrow, depths, flowOrder } from './flow.ts';

/** Which column every box stands in, counted from the left. */
export interface Columns {
  /** From the top: an environment each; what lies outside comes last. */
  readonly strips: readonly Strip[];
  readonly columnOf: ReadonlyMap<string, number>;
}

export interface Strip {
  readonly place: string;
  readonly bands: readonly Band[];
}

/** A layer, and its first and last column. */
export interface Band {
  readonly layer: string;
  readonly from: number;
  readonly to: number;
}

type Connected = Pick<GraphConnection, 'from' | 'to' | 'soft'>;

/** A layer that would grow taller than this gets a second column. */
const TALLEST = 1100;

/** Layers stand side by side, clients left of what they use; outside is what stands rightmost. */
export function columnsOf(boxes: readonly Box[], connections: readonly Connected[]): Columns {
  const columnOf = new Map<string, number>();
  const strips: Strip[] = [];
  const inside = boxes.filter(({ place }) => place !== OUTSIDE);
  for (const place of placesOf(inside, connections)) {
    const own = inside.filter((box) => box.place === place);
    const { bands, relative } = bandsOf(own, connections);
    const first = firstColumn(relative, columnOf, connections);
    for (const [id, column] of relative) columnOf.set(id, first + column);
    const shifted = bands.map(({ from, layer, to }) => ({
      ...{ layer, from: first + from, to: first + to },
    }));
    strips.push({ place, bands: shifted });
  }
  const hosts = boxes.filter(({ place }) => place === OUTSIDE);
  const last = [...columnOf.values()].reduce((most, each) => Math.max(most, each + 1), 0);
  for (const { id } of hosts) columnOf.set(id, last);
  const outside = { place: OUTSIDE, bands: [{ layer: '', from: last, to: last }] };
  return { strips: hosts.length > 0 ? [...strips, outside] : strips, columnOf };
}

/** As far right as whatever is used here stands right of its clients. */
function firstColumn(
  relative: ReadonlyMap<string, number>,
  columnOf: ReadonlyMap<string, number>,
  connections: readonly Connected[],
): number {
  return connections.reduce((most, { from, to }) => {
    const client = columnOf.get(from);
    const owner = relative.get(to);
    return client === undefined || owner === undefined ? most : Math.max(most, client + 1 - owner);
  }, 0);
}

/** Those of one cluster together, what it shares below the environments that use it. */
function placesOf(boxes: readonly Box[], connections: readonly Connected[]): string[] {
  const clusterOf = (place: string) => place.slice(0, place.lastIndexOf('/'));
  const places = [...new Set(boxes.map(({ place }) => place))];
  const clusters = [...new Set(places.map(clusterOf))];
  return clusters.flatMap((cluster) => {
    const own = places.filter((place) => clusterOf(place) === cluster);
    return flowOrder(own, arrowsBetween(boxes, connections, 'place'));
  });
}

function bandsOf(boxes: readonly Box[], connections: readonly Connected[]) {
  const relative = new Map<string, number>();
  const bands: Band[] = [];
  let from = 0;
  const layers = [...new Set(boxes.map(({ layer }) => layer))];
  for (const layer of flowOrder(layers, arrowsBetween(boxes, connections, 'layer'))) {
    const own = boxes.filter((box) => box.layer === layer);
    const columns = spread(own, arrowsBetween(own, connections, 'id'));
    for (const [id, column] of columns) relative.set(id, from + column);
    const to = Math.max(...relative.values());
    bands.push({ layer, from, to });
    from = to + 1;
  }
  return { bands, relative };
}

/** The columns of one layer: by who uses whom, and the others where there is room. */
function spread(boxes: readonly Box[], arrows: readonly Arrow[]): Map<string, number> {
  const ids = boxes.map(({ id }) => id);
  const tied = new Set(arrows.flatMap(({ from, to }) => [from, to]));
  const steps = depths(flowOrder(ids, arrows), arrows);
  const tall = boxes.reduce((sum, { height }) => sum + height + 20, 0);
  const count = Math.max(Math.ceil(tall / TALLEST), ...[...steps.values()].map((step) => step + 1));
  const filled = new Array<number>(count).fill(0);
  const columns = new Map<string, number>();
  const free = boxes.filter(({ id }) => !tied.has(id));
  for (const { height, id } of [...boxes.filter(({ id }) => tied.has(id)), ...free]) {
    const column = tied.has(id) ? (steps.get(id) ?? 0) : filled.indexOf(Math.min(...filled));
    filled[column] = (filled[column] ?? 0) + height;
    columns.set(id, column);
  }
  return columns;
}

/** The connections between groups of boxes. One that is soft may rather point back than another. */
function arrowsBetween(
  boxes: readonly Box[],
  connections: readonly Connected[],
  group: 'place' | 'layer' | 'id',
): Arrow[] {
  const groupOf = new Map(boxes.map((box) => [box.id, box[group]]));
  return connections.flatMap(({ from, soft, to }) => {
    const [client, owner] = [groupOf.get(from), groupOf.get(to)];
    if (client === undefined || owner === undefined || client === owner) return [];
    return [{ from: client, to: owner, weight: soft ? 1 : 10 }];
  });
}
