import type { Graph, GraphConnection, GraphService } from '../../operations/graph.ts';
import { byPlace } from './by-place.ts';

/** For a Markdown page: a fenced `mermaid` block shows it. */
export function graphMermaid(graph: Graph): string {
  const places = [...byPlace(graph)].flatMap(([place, layers]) => [
    `  subgraph ${idOf(place)} ["${escaped(place)}"]`,
    ...[...layers].flatMap(([layer, services]) => [
      `    subgraph ${idOf(`${place}/${layer}`)} ["${escaped(layer)}"]`,
      ...services.map((service) => `      ${idOf(service.id)}["${labelOf(service)}"]`),
      '    end',
    ]),
    '  end',
  ]);
  const hosts = graph.hosts.map(({ id }) => `  ${idOf(id)}(["${escaped(id)}"])`);
  const same = graph.services.flatMap(({ hosts, id }) =>
    hosts.map((host) => `  ${idOf(id)} === ${idOf(host)}`),
  );
  const lines = [...places, ...hosts, ...same, ...graph.connections.map(edge)];
  return `${['flowchart LR', ...lines].join('\n')}\n`;
}

function labelOf({ endpoints, kind, name }: GraphService): string {
  const reached = endpoints.map(({ port, protocol }) => `${protocol} ${port}`);
  return [name, kind, ...reached].map(escaped).join('<br/>');
}

function edge({ alias, from, port, protocol, soft, to }: GraphConnection): string {
  const arrow = soft ? '-.->' : '-->';
  return `  ${idOf(from)} ${arrow}|"${escaped(`${alias}: ${protocol} ${port}`)}"| ${idOf(to)}`;
}

const LETTERS: Readonly<Record<string, string>> = { '-': '_', '/': 'S', '.': 'D', ':': 'C' };

/** Names are in small letters, so capitals are free to stand for what an id may not hold. */
function idOf(id: string): string {
  return id.replace(
    /[^a-z0-9]/g,
    (sign) => LETTERS[sign] ?? `X${(sign.codePointAt(0) ?? 0).toString(16)}X`,
  );
}

/** Mermaid's own way to write a sign that means something to it. */
function escaped(text: string): string {
  return text.replace(/["#&<>`\\\p{Cc}]/gu, (sign) => `#${sign.codePointAt(0)};`);
}
