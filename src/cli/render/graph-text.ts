import type { Graph, GraphConnection, GraphService } from '../../operations/graph.ts';
import { byPlace } from './by-place.ts';

/** For people: each service, and below it what it uses. Dots where it can do without. */
export function graphText(graph: Graph): string {
  const blocks = [...byPlace(graph)].map(([place, layers]) => {
    const lines = [...layers].flatMap(([layer, services]) => [
      `  ${layer}\n`,
      ...services.map((service) => serviceText(graph, service)),
    ]);
    return `${place}\n${lines.join('')}`;
  });
  const hosts = graph.hosts.map(({ id }) => `  ${id}\n`).join('');
  return [...blocks, ...(hosts ? [`outside\n${hosts}`] : [])].join('\n');
}

function serviceText(graph: Graph, service: GraphService): string {
  const used = graph.connections.filter(({ from }) => from === service.id);
  const lines = [
    ...service.hosts.map((host) => `at ${host}`),
    ...used.map((each) => connectionText(graph, service, each)),
  ];
  const endpoints = service.endpoints.map(({ port, protocol }) => `, ${protocol} ${port}`).join('');
  const head = `    ${service.name} (${service.kind})${endpoints}\n`;
  return `${head}${lines.map((line) => `      ${line}\n`).join('')}`;
}

function connectionText(graph: Graph, from: GraphService, used: GraphConnection): string {
  const { alias, port, protocol, right, soft, to } = used;
  const owner = graph.services.find(({ id }) => id === to);
  const name = owner ? shortName(owner, from) : to;
  return `${alias} ${soft ? '..>' : '-->'} ${name}, ${protocol} ${port}, ${right}`;
}

/** Without what both ends have in common. */
function shortName({ layer, name, place }: GraphService, from: GraphService): string {
  return place === from.place ? `${layer}/${name}` : `${place}/${layer}/${name}`;
}
