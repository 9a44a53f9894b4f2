import type { Graph } from '../../operations/graph.ts';
import { graphDot } from './graph-dot.ts';
import { graphMermaid } from './graph-mermaid.ts';
import { graphText } from './graph-text.ts';

/** A new format is one file and one line. */
export const GRAPH_FORMATS: Readonly<Record<string, (graph: Graph) => string>> = {
  text: graphText,
  mermaid: graphMermaid,
  dot: graphDot,
};
