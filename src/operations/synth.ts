import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { CheckReport } from '../checks/checks.ts';
import { type WriteResult, writeTree } from '../output/write.ts';
import type { BuiltCluster } from './build.ts';
import { guardData } from './data-guard.ts';
import { buildAll, type WorkspaceOptions } from './workspace.ts';

export interface SynthOptions extends WorkspaceOptions {
  /** The output folder, from the project's. */
  readonly out: string;
}

export interface SynthResult {
  readonly clusters: readonly BuiltCluster[];
  readonly reports: readonly CheckReport[];
  /** Undefined: a finding was an error, and nothing was written. */
  readonly written: WriteResult | undefined;
  /** What else would change, had it been asked for: the shared side of a new connection. */
  readonly leftStale: readonly string[];
}

/** Builds, checks and writes. Plans everything first: an error leaves the last good tree. */
export async function synth(options: SynthOptions): Promise<SynthResult> {
  const clusters = await buildAll(options);
  const reports = clusters.map(({ report }) => report);
  const findings = reports.flatMap((report) => report.findings);
  if (findings.some(({ severity }) => severity === 'error')) {
    return { clusters, reports, written: undefined, leftStale: [] };
  }
  const all = clusters.flatMap((cluster) => [...cluster.files()]);
  const inScope = scopeOf(options);
  const files = new Map(all.filter(([path]) => inScope(path)));
  const { progress } = options;
  const out = resolve(options.folder, options.out);
  const written = writeTree({
    out,
    files,
    approve: ({ removed, written }) => guardData({ out, removed, written, files }),
    keep: (path) => !inScope(path),
    ...(progress && { progress }),
  });
  const others = all.filter(([path]) => !inScope(path));
  return { clusters, reports, written, leftStale: staleFiles(out, others) };
}

function staleFiles(out: string, files: readonly (readonly [string, string])[]): string[] {
  const same = (path: string, text: string): boolean => {
    const file = resolve(out, path);
    return existsSync(file) && readFileSync(file, 'utf8') === text;
  };
  return files.filter(([path, text]) => !same(path, text)).map(([path]) => path);
}

/** What was not asked for stays as it is. Paths are `<platform>/<cluster>/<environment>/…`. */
function scopeOf({ platform, cluster, environment }: SynthOptions): (path: string) => boolean {
  const wanted = [platform, cluster, environment];
  if (wanted.every((name) => name === undefined)) return () => true;
  return (path) => {
    const names = path.split('/', wanted.length);
    return wanted.every((name, i) => name === undefined || name === names[i]);
  };
}
