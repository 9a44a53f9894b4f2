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
  const files = new Map(all.filter(([path]) => inScope(path, options)));
  const { progress } = options;
  const out = resolve(options.folder, options.out);
  const written = writeTree({
    out,
    files,
    approve: ({ removed, written }) => guardData({ out, removed, written, files }),
    keep: (path) => !inScope(path, options),
    ...(progress && { progress }),
  });
  const others = all.filter(([path]) => !inScope(path, options));
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
function inScope(path: string, options: SynthOptions): boolean {
  const [platform, cluster, environment] = path.split('/');
  return (
    (options.platform === undefined || options.platform === platform) &&
    (options.cluster === undefined || options.cluster === cluster) &&
    (options.environment === undefined || options.environment === environment)
  );
}
