import { resolve } from 'node:path';
import type { CheckReport } from '../checks/checks.ts';
import { type WriteResult, writeTree } from '../output/write.ts';
import type { BuiltCluster } from './build.ts';
import { refuseVanished } from './vanished.ts';
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
}

/** Builds, checks and writes. Plans everything first: an error leaves the last good tree. */
export async function synth(options: SynthOptions): Promise<SynthResult> {
  const clusters = await buildAll(options);
  const reports = clusters.map(({ report }) => report);
  const findings = reports.flatMap((report) => report.findings);
  if (findings.some(({ severity }) => severity === 'error')) {
    return { clusters, reports, written: undefined };
  }
  const files = new Map<string, string>();
  for (const cluster of clusters) {
    for (const [path, text] of cluster.files()) if (inScope(path, options)) files.set(path, text);
  }
  const { progress } = options;
  const out = resolve(options.folder, options.out);
  const written = writeTree({
    out,
    files,
    approve: (removed) => refuseVanished(out, removed, files),
    keep: (path) => !inScope(path, options),
    ...(progress && { progress }),
  });
  return { clusters, reports, written };
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
