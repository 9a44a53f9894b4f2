import type { Graph, GraphConnection } from '../../operations/graph.ts';
import { byPlace } from './by-place.ts';

/** For a Markdown page: a fenced `mermaid` block shows it. */
export function graphMermaid(graph: Graph): string {
  const places = [...byPlace(graph)].flatMap(([place, layers]) => [
    `  subgraph ${idOf(place)} ["${escaped(place)}"]`,
    ...[...layers].flatMap(([layer, services]) => [
      `    subgraph ${idOf(`${place}/${layer}`)} ["${escaped(layer)}"]`,
      ...services.map(
        ({ id, kind, name }) => `      ${idOf(id)}["${escaped(name)}<br/>${escaped(kind)}"]`,
      ),
      '    end',
    ]),
    '  end',
  ]);
  const hosts = graph.hosts.map(({ id }) => `  ${idOf(id)}(["${escaped(id)}"])`);
  return `${['flowchart LR', ...places, ...hosts, ...graph.connections.map(edge)].join('\n')}\n`;
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
