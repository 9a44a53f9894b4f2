import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import type { BuildFailure } from 'esbuild';
import { KeelsonError } from '../core/errors.ts';

/** The user's program as one synchronous script. */
export interface Bundle {
  readonly code: string;
  readonly map: string;
  /** What the script asks `require` for. */
  readonly externals: readonly string[];
}

interface CachedBundle extends Bundle {
  readonly made: string;
  /** The hash of every file that went in; empty for one that is not there. */
  readonly inputs: Readonly<Record<string, string>>;
}

/** Loaded beside the program and never copied into it: two copies of a class are two classes. */
const EXTERNAL = ['keelson', 'keelson/*', 'constructs', 'cdk8s', 'cdk8s-plus-*'];

/** Tells bundles apart that another version of this file made. */
const MADE_BY = 'keelson bundle 3';

/**
 * Bundles a program, or takes the bundle of last time when no file of it has changed. Errors show
 * files as seen `from` a folder.
 */
export async function bundle(main: string, from: string): Promise<Bundle> {
  const cache = cacheFile(main);
  const known = cache === undefined ? undefined : readCache(cache);
  if (known) return known;
  const fresh = await build(main, from);
  if (cache !== undefined) writeCache(cache, fresh);
  return fresh;
}

async function build(main: string, from: string): Promise<CachedBundle> {
  const { buildSync } = await import('esbuild');
  const folder = dirname(main);
  try {
    const { metafile, outputFiles } = buildSync({
      absWorkingDir: folder,
      entryPoints: [main],
      outfile: join(folder, 'program.cjs'),
      bundle: true,
      keepNames: true, // two classes of one name in two files stay what they are called
      external: EXTERNAL,
      platform: 'node',
      target: 'node20',
      format: 'cjs',
      sourcemap: 'external',
      metafile: true,
      write: false,
      logLevel: 'silent',
    });
    const [map, script] = outputFiles;
    const sources = Object.keys(metafile.inputs).map((file) => resolve(folder, file));
    const files = [...sources, ...settingsAround(folder)];
    const imports = Object.values(metafile.outputs).flatMap((output) => output.imports);
    return {
      made: MADE_BY,
      code: script?.text ?? '',
      map: map?.text ?? '',
      externals: [...new Set(imports.filter((each) => each.external).map(({ path }) => path))],
      inputs: Object.fromEntries(files.map((file) => [file, hashOfFile(file)])),
    };
  } catch (error) {
    throw doesNotCompile(main, from, error as BuildFailure);
  }
}

function doesNotCompile(main: string, from: string, failure: BuildFailure): Error {
  const [first, ...more] = failure.errors ?? [];
  if (!first) return failure;
  const { location, text } = first;
  const file = relative(from, resolve(dirname(main), location?.file ?? main));
  const at = location ? `${file}:${location.line}:${location.column + 1}` : file;
  const line = location?.lineText ? ` in '${location.lineText.trim()}'` : '';
  return new KeelsonError(at, 'program/does-not-compile', {
    message: `${text}${line}${more.length > 0 ? `; ${more.length} more like it` : ''}`,
    hint: 'the program is bundled as synchronous TypeScript; `npx tsc --noEmit` shows every error',
    cause: failure,
  });
}

/** Below the nearest node_modules, which every project ignores; without one, nothing is kept. */
function cacheFile(main: string): string | undefined {
  for (let folder = dirname(main); folder !== dirname(folder); folder = dirname(folder)) {
    const modules = join(folder, 'node_modules');
    if (existsSync(modules)) return join(modules, '.cache', 'keelson', `${hashOf(main)}.json`);
  }
  return undefined;
}

function readCache(file: string): CachedBundle | undefined {
  try {
    const known = JSON.parse(readFileSync(file, 'utf8')) as CachedBundle;
    if (known.made !== MADE_BY) return undefined;
    const inputs = Object.entries(known.inputs);
    return inputs.every(([input, hash]) => hashOfFile(input) === hash) ? known : undefined;
  } catch {
    return undefined; // nothing kept, or a file of it has gone: build anew
  }
}

function writeCache(file: string, fresh: CachedBundle): void {
  const draft = `${file}.${process.pid}`;
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(draft, JSON.stringify(fresh));
    renameSync(draft, file);
  } catch {
    // a folder that cannot be written costs a tenth of a second each time, and nothing else
  }
}

/** What decides how imports resolve; a file that appears counts as much as one that changes. */
function settingsAround(folder: string): string[] {
  const own = ['tsconfig.json', 'package.json'].map((name) => join(folder, name));
  const parent = dirname(folder);
  return parent === folder ? own : [...own, ...settingsAround(parent)];
}

function hashOfFile(file: string): string {
  return existsSync(file) ? hashOf(readFileSync(file)) : '';
}

function hashOf(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex').slice(0, 32);
}
