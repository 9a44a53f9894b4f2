import { SourceMap } from 'node:module';
import { relative, resolve } from 'node:path';

/** Names the bundled program in stacks. */
export const SCRIPT = 'keelson-program.cjs';

const FRAME = new RegExp(`${SCRIPT.replace('.', '\\.')}:(\\d+):(\\d+)`, 'g');
const LINES = new WeakMap<object, string>();

export interface Sources {
  /** The source map of the bundle. */
  readonly map: string;
  /** What the map's paths are relative to. */
  readonly folder: string;
  /** What shown paths are relative to. */
  readonly from: string;
}

/** `charts/main.ts:24:5`: the innermost line of the user's own files that led to an error. */
export function positionOf(error: unknown, { map, folder, from }: Sources): string | undefined {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const frames = [...stack.matchAll(FRAME)];
  if (frames.length === 0) return undefined;
  const sources = new SourceMap(JSON.parse(map));
  const places = frames.flatMap(([, line, column]) => {
    const entry = sources.findEntry(Number(line) - 1, Number(column) - 1);
    if (!('originalSource' in entry)) return [];
    const { originalColumn, originalLine, originalSource } = entry;
    const file = relative(from, resolve(folder, originalSource));
    return [{ file, text: `${file}:${originalLine + 1}:${originalColumn + 1}` }];
  });
  const own = places.find(({ file }) => !file.includes('node_modules/'));
  return (own ?? places[0])?.text;
}

/** The innermost frame of a stack, when it is not the program's own: `…/node.js:12:3`. */
export function thrownInside(error: unknown): string | undefined {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const [frame] = /(?:file:\/\/)?[^\s()]+:\d+:\d+(?=\)?$)/m.exec(stack) ?? [];
  return frame?.includes(SCRIPT) ? undefined : frame;
}

/** Remembers which line of the program led to a refusal: the error itself names the construct. */
export function noteLine(error: object, line: string): void {
  LINES.set(error, line);
}

/** What `noteLine` remembered. */
export function lineOf(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null ? LINES.get(error) : undefined;
}
