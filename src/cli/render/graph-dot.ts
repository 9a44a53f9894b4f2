import type { Graph, GraphConnection, GraphService } from '../../operations/graph.ts';
import { byPlace } from './by-place.ts';

/** For Graphviz: `keelson graph --output dot | dot -Tsvg`. */
export function graphDot(graph: Graph): string {
  const places = [...byPlace(graph)].flatMap(([place, layers]) => [
    `  subgraph ${quoted(`cluster ${place}`)} {`,
    `    label=${quoted(place)};`,
    ...[...layers].flatMap(([layer, services]) => [
      `    subgraph ${quoted(`cluster ${place}/${layer}`)} {`,
      `      label=${quoted(layer)};`,
      ...services.map((service) => `      ${quoted(service.id)} [label=${labelOf(service)}];`),
      '    }',
    ]),
    '  }',
  ]);
  const hosts = graph.hosts.map(({ id }) => `  ${quoted(id)} [shape=ellipse];`);
  const same = graph.services.flatMap(({ hosts, id }) =>
    hosts.map((host) => `  ${quoted(id)} -> ${quoted(host)} [dir=none, style=bold];`),
  );
  const lines = [...places, ...hosts, ...same, ...graph.connections.map(edge)];
  return ['digraph keelson {', '  rankdir=LR;', '  node [shape=box];', ...lines, '}', ''].join(
    '\n',
  );
}

function labelOf({ endpoints, kind, name }: GraphService): string {
  const reached = endpoints.map(({ port, protocol }) => `${protocol} ${port}`);
  return quoted([name, kind, ...reached].join('\n'));
}

function edge({ alias, from, port, protocol, soft, to }: GraphConnection): string {
  const label = quoted(`${alias}\n${protocol} ${port}`);
  const style = soft ? ', style=dashed' : '';
  return `  ${quoted(from)} -> ${quoted(to)} [label=${label}${style}];`;
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&').replaceAll('\n', '\\n')}"`;
}
