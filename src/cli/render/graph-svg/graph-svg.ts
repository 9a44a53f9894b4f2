import type { Graph } from '../../../operations/graph.ts';
import { entryPort, hostBox, OUTSIDE, serviceBox, usePort } from './box.ts';
import { drawBand, drawFrame } from './draw-area.ts';
import { drawHost, drawService } from './draw-box.ts';
import { drawLine } from './draw-line.ts';
import { MARGIN } from './heights.ts';
import { type Layout, layoutOf } from './layout.ts';
import { drawLegend, LEGEND_WIDTH } from './legend.ts';
import { LIGHT, styleSheet } from './paint.ts';
import type { Line } from './runs.ts';
import { element } from './xml.ts';

/** A picture that needs nothing but itself: for a wiki, a pull request, a wall. */
export function graphSvg(graph: Graph): string {
  const boxes = [
    ...graph.services.map((service) => serviceBox(service, graph)),
    ...graph.hosts.map((host) => hostBox(host, graph)),
  ];
  const layout = layoutOf(boxes, linesOf(graph));
  const { bottom, right } = extent(layout);
  const size = { width: right + MARGIN, height: bottom + LEGEND_HEIGHT + MARGIN };
  const colourOf = coloursOf(graph);
  const parts = [
    element('title', {}, 'Services and what they use'),
    element('style', {}, styleSheet()),
    element('rect', { class: 'page', ...size }),
    ...layout.frames.map((area) => drawFrame(area, area.title === OUTSIDE)),
    ...layout.bands.map(drawBand),
    ...layout.lines.map((line) => drawLine(line, colourOf(line.run.to))),
    ...layout.boxes.map((placed) =>
      placed.box.kind === undefined
        ? drawHost(placed)
        : drawService(placed, colourOf(placed.box.id)),
    ),
    drawLegend(MARGIN, bottom + LEGEND_HEIGHT / 2 + MARGIN / 2),
  ];
  const root = {
    xmlns: 'http://www.w3.org/2000/svg',
    ...size,
    viewBox: `0 0 ${size.width} ${size.height}`,
    role: 'img',
  };
  return `${element('svg', root, ...parts.map((part) => `\n${part}`), '\n')}\n`;
}

const LEGEND_HEIGHT = 28;

function linesOf({ connections, services }: Graph): Line[] {
  const nameOf = new Map(services.map(({ id, name }) => [id, name]));
  const lines = connections.map((used): Line => {
    const { alias, from, port, protocol, right, soft, to } = used;
    const title = `${nameOf.get(from)}: ${alias} → ${nameOf.get(to) ?? to}, ${protocol} ${port}, ${right}`;
    return { from, fromPort: usePort(used), to, toPort: entryPort(used), soft, arrow: true, title };
  });
  const same = services.flatMap(({ endpoints, hosts, id, name }) =>
    hosts.map((host): Line => {
      const port = endpoints.find((each) => host.endsWith(`:${each.port}`));
      const ends = {
        from: id,
        fromPort: `at ${host}`,
        to: host,
        toPort: port ? entryPort(port) : '',
      };
      return { ...ends, soft: false, arrow: false, title: `${name} runs at ${host}` };
    }),
  );
  return [...lines, ...same];
}

/** By the kind of a service; grey for everything else. */
function coloursOf({ services }: Graph): (id: string) => string {
  const kinds = [...new Set(services.map(({ kind }) => kind))].sort();
  const kindOf = new Map(services.map(({ id, kind }) => [id, kinds.indexOf(kind)]));
  return (id) => {
    const kind = kindOf.get(id);
    return kind === undefined ? '0' : String((kind % (LIGHT.kinds.length - 1)) + 1);
  };
}

function extent({ frames }: Layout): { bottom: number; right: number } {
  return {
    bottom: Math.max(MARGIN, ...frames.map(({ height, y }) => y + height)),
    right: Math.max(MARGIN + LEGEND_WIDTH, ...frames.map(({ width, x }) => x + width)),
  };
}
