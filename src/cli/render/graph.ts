import type { Graph } from '../../operations/graph.ts';

type Render = (graph: Graph) => string;

/** A new format is one file and one line; a command that prints none of them loads none. */
export const GRAPH_FORMATS: Readonly<Record<string, () => Promise<Render>>> = {
  text: async () => (await import('./graph-text.ts')).graphText,
  mermaid: async () => (await import('./graph-mermaid.ts')).graphMermaid,
  dot: async () => (await import('./graph-dot.ts')).graphDot,
  svg: async () => (await import('./graph-svg/graph-svg.ts')).graphSvg,
};
