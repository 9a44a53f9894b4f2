import type { Graph, GraphConnection, GraphService } from '../../../operations/graph.ts';
import type { GraphHost } from '../../../operations/graph-endpoints.ts';
import { widthOf, wrapped } from './text-width.ts';

/** A service or a host, and the lines of text in it. */
export interface Box {
  readonly id: string;
  readonly place: string;
  readonly layer: string;
  /** Undefined: a host, outside the platform. */
  readonly kind: string | undefined;
  readonly name: readonly string[];
  /** Below the name: endpoints first, then what it uses. */
  readonly rows: readonly Row[];
  readonly width: number;
  readonly height: number;
}

/** A line of text that a drawn line can start or end at. */
export interface Row {
  readonly port: string;
  readonly role: 'endpoint' | 'use';
  /** At the left. */
  readonly text: string;
  /** At the right: what is spoken there. */
  readonly spoken: string;
}

export const OUTSIDE = 'outside';
export const NAME_SIZE = 14;
export const ROW_SIZE = 11;
const NAME_STEP = 18;
const ROW_STEP = 18;
export const SIDE = 14;
const TOP = 12;
const KIND_STEP = 16;
/** Between the rule and the first row. */
const ROW_TOP = 4;
const LONGEST = 30;

export function serviceBox(service: GraphService, graph: Graph): Box {
  const { endpoints, hosts, id, kind, layer, place } = service;
  const used = graph.connections.filter(({ from }) => from === id);
  const rows: Row[] = [
    ...endpoints.map(endpointRow),
    ...used.map(useRow),
    ...hosts.map((host): Row => ({ port: `at ${host}`, role: 'use', text: 'runs at', spoken: '' })),
  ];
  const name = wrapped(service.name, LONGEST);
  return sized({ id, place, layer, kind, name, rows });
}

export function hostBox({ id, name, port }: GraphHost, graph: Graph): Box {
  const protocols = [
    ...graph.connections.filter(({ to }) => to === id).map(({ protocol }) => protocol),
    ...graph.services
      .filter(({ hosts }) => hosts.includes(id))
      .flatMap(({ endpoints }) => endpoints.filter((each) => each.port === port))
      .map(({ protocol }) => protocol),
  ];
  const rows = [...new Set(protocols)].sort().map((protocol) => endpointRow({ protocol, port }));
  const lines = wrapped(name, LONGEST);
  return sized({ id, place: OUTSIDE, layer: '', kind: undefined, name: lines, rows });
}

/** How far below the top of a box a port lies. Without a row of its own: at the height of the name. */
export function portY(box: Pick<Box, 'kind' | 'name' | 'rows'>, port: string): number {
  const index = box.rows.findIndex((row) => row.port === port);
  return index < 0 ? TOP + NAME_STEP / 2 : headHeight(box) + (index + 0.5) * ROW_STEP + ROW_TOP;
}

/** From the top of a box to its first row. */
export function headHeight({ kind, name }: Pick<Box, 'kind' | 'name'>): number {
  return TOP + name.length * NAME_STEP + (kind === undefined ? 0 : KIND_STEP) + 4;
}

/** From the top of a box to the line that its name stands on, and to that of its kind. */
export const nameBase = (line: number) => TOP + line * NAME_STEP + 13;
export const kindBase = ({ name }: Pick<Box, 'name'>) => TOP + name.length * NAME_STEP + 11;

/** The port of an owner that a connection leads to, and the port of its client. */
export const entryPort = ({ port, protocol }: { port: number; protocol: string }) =>
  `in ${protocol} ${port}`;
export const usePort = ({ alias, to }: Pick<GraphConnection, 'alias' | 'to'>) =>
  `out ${alias} ${to}`;

function endpointRow(endpoint: { readonly port: number; readonly protocol: string }): Row {
  const text = `${endpoint.protocol} ${endpoint.port}`;
  return { port: entryPort(endpoint), role: 'endpoint', text, spoken: '' };
}

function useRow(used: GraphConnection): Row {
  const spoken = `${used.protocol} ${used.port}`;
  return { port: usePort(used), role: 'use', text: used.alias, spoken };
}

function sized(box: Omit<Box, 'width' | 'height'>): Box {
  const widths = [
    ...box.name.map((line) => widthOf(line, NAME_SIZE, 'sans')),
    widthOf(box.kind ?? '', ROW_SIZE, 'sans'),
    ...box.rows.map(({ spoken, text }) => widthOf(`${text}   ${spoken}`, ROW_SIZE, 'mono')),
  ];
  const height = headHeight(box) + ROW_TOP + box.rows.length * ROW_STEP + ROW_TOP;
  return { ...box, width: Math.max(...widths, 96) + 2 * SIDE, height };
}
