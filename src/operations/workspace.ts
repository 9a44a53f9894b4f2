import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { KeelsonError } from '../core/errors.ts';
import { suggest } from '../core/names.ts';
import type { Platform } from '../core/platform.ts';
import { type BuiltCluster, buildCluster } from './build.ts';
import { readImageLock } from './images/read-lock.ts';
import { loadProgram } from './program.ts';
import { loadSchemas } from './schemas.ts';
import { readSealed } from './secrets/read-sealed.ts';

/** What every command that runs the program is told. */
export interface WorkspaceOptions {
  /** The project's folder. */
  readonly folder: string;
  /** The program, from there. */
  readonly program: string;
  /** Only this platform. */
  readonly platform?: string;
  /** Only this cluster. */
  readonly cluster?: string;
  /** Only this environment. */
  readonly environment?: string;
  readonly timeoutSeconds: number;
  /** Told what is being done, for a progress line. */
  readonly progress?: (what: string) => void;
}

/** Runs the program and builds each cluster that was asked for. */
export async function buildAll(options: WorkspaceOptions): Promise<readonly BuiltCluster[]> {
  const { folder, progress } = options;
  const program = await loadProgram(resolve(folder, options.program), options);
  const targets = program.platforms.flatMap((platform) =>
    platform.clusters.map((cluster) => ({ platform, cluster })),
  );
  requireKnown(program.file, program.platforms, options);
  const wanted = targets.filter(
    ({ cluster, platform }) =>
      matches(options.platform, platform.name) &&
      matches(options.cluster, cluster.name) &&
      runsHere(platform, cluster.name, options.environment),
  );
  const built = wanted.map(({ cluster, platform }) => {
    const { kubernetes, name } = cluster;
    progress?.(`${platform.name}/${name}`);
    const lock = readImageLock(folder, platform.name, name);
    const schemas = loadSchemas({ folders: schemaFolders(folder), kubernetes });
    const sealed = readSealed(
      folder,
      { platform: platform.name, cluster },
      environmentsOn(platform, name),
    );
    return buildCluster(program.run, { platform, cluster: name, lock, schemas, sealed });
  });
  await program.settled();
  return built;
}

const matches = (wanted: string | undefined, name: string): boolean =>
  wanted === undefined || wanted === name;

function runsHere(platform: Platform, cluster: string, environment: string | undefined): boolean {
  if (environment === undefined || environment === 'shared') return true;
  return platform.environments[environment]?.includes(cluster) ?? false;
}

function environmentsOn({ environments }: Platform, cluster: string): string[] {
  const here = Object.entries(environments).filter(([, clusters]) => clusters.includes(cluster));
  return ['shared', ...here.map(([name]) => name)];
}

/** Refuses a name that no platform of the program has. */
export function requireKnown(
  file: string,
  platforms: readonly Platform[],
  options: WorkspaceOptions,
): void {
  const known = {
    platform: platforms.map(({ name }) => name),
    cluster: platforms.flatMap(({ clusters }) => clusters.map(({ name }) => name)),
    environment: ['shared', ...platforms.flatMap(({ environments }) => Object.keys(environments))],
  };
  for (const [what, names] of Object.entries(known)) {
    const wanted = options[what as keyof typeof known];
    if (wanted === undefined || names.includes(wanted)) continue;
    throw new KeelsonError(file, `program/unknown-${what}`, {
      message: `there is no ${what} '${wanted}'`,
      hint: suggest(`${what}s`, wanted, [...new Set(names)]),
    });
  }
}

/** The user's own kinds first, then Keelson's. */
function schemaFolders(folder: string): readonly string[] {
  return [join(folder, 'imports', 'schemas'), join(packageFolder(), 'imports', 'schemas')];
}

/** Where this package is installed: the nearest folder with a package.json of its name. */
function packageFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) folder = resolve(folder, '..');
  return folder;
}
