import { existsSync } from 'node:fs';
import { createRequire, SourceMap } from 'node:module';
import { dirname, relative, resolve } from 'node:path';
import { Script } from 'node:vm';
import { KeelsonError } from '../core/errors.ts';
import { isPlatform, type Platform } from '../core/platform.ts';
import { bounded } from './bounded.ts';
import { type Bundle, bundle } from './bundle.ts';

export interface ProgramOptions {
  /** How long the program may take to load, and each cluster to compose. */
  readonly timeoutSeconds: number;
}

/** The user's program: platforms, and a way to run their code within bounds. */
export interface Program {
  readonly file: string;
  readonly platforms: readonly Platform[];
  /** Runs code of the program: what it throws says where in the user's files. */
  readonly run: <T>(work: () => T) => T;
}

/** Loads `charts/main.ts`, or whichever file is named. */
export async function loadProgram(file: string, options: ProgramOptions): Promise<Program> {
  const main = resolve(file);
  const shown = relative(process.cwd(), main);
  if (!existsSync(main)) {
    throw new KeelsonError(shown, 'program/not-found', {
      message: 'there is no such program',
      hint: 'run `keelson init` to start one, or name another with --program',
    });
  }
  const built = await bundle(main);
  const modules = await preload(main, built.externals);
  const run = <T>(work: () => T): T => runWithin(work, shown, built, main, options);
  const exported = run(() => evaluate(built.code, main, modules));
  return { file: shown, platforms: platformsIn(shown, exported), run };
}

/** What the script will ask for synchronously. `keelson` is always the library of this very command. */
async function preload(main: string, names: readonly string[]): Promise<Map<string, unknown>> {
  const require = createRequire(main);
  const load = async (name: string): Promise<unknown> =>
    name === 'keelson' || name.startsWith('keelson/') ? import(name) : require(name);
  const isBuiltIn = (name: string): boolean => name.startsWith('node:');
  const wanted = names.filter((name) => !isBuiltIn(name));
  return new Map(await Promise.all(wanted.map(async (name) => [name, await load(name)] as const)));
}

function evaluate(code: string, main: string, modules: ReadonlyMap<string, unknown>): unknown {
  const fallback = createRequire(main);
  const require = (name: string): unknown => modules.get(name) ?? fallback(name);
  const module = { exports: {} as { default?: unknown } };
  const wrapped = `(function (require, module, exports, __filename, __dirname) {${code}\n})`;
  const script = new Script(wrapped, { filename: SCRIPT }).runInThisContext();
  script(require, module, module.exports, main, dirname(main));
  return module.exports.default;
}

const SCRIPT = 'keelson-program.cjs';

function platformsIn(file: string, exported: unknown): readonly Platform[] {
  const platforms = [exported].flat();
  if (platforms.length > 0 && platforms.every(isPlatform)) return platforms;
  throw new KeelsonError(file, 'program/exports-nothing', {
    message: 'the default export is neither a platform nor a list of platforms',
    hint: 'write `export default definePlatform({ … })`',
  });
}

function runWithin<T>(
  work: () => T,
  file: string,
  built: Bundle,
  main: string,
  { timeoutSeconds }: ProgramOptions,
): T {
  const tooLong = (): Error =>
    new KeelsonError(file, 'program/never-ends', {
      message: `the program still runs after ${timeoutSeconds} s`,
      hint: 'look for a loop without end in compose, or allow more with --timeout',
    });
  try {
    return bounded(work, timeoutSeconds, tooLong);
  } catch (error) {
    if (error instanceof KeelsonError) throw error;
    const at = positionOf(error, built, main) ?? file;
    throw new KeelsonError(at, 'program/threw', {
      message:
        error instanceof Error ? `${error.name}: ${error.message}` : `threw ${String(error)}`,
      hint: 'the program itself failed there; nothing was written',
      cause: error,
    });
  }
}

/** The first line of the user's own files in a stack. */
export function positionOf(error: unknown, built: Bundle, main: string): string | undefined {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const frame = /keelson-program\.cjs:(\d+):(\d+)/.exec(stack);
  if (!frame) return undefined;
  const map = new SourceMap(JSON.parse(built.map));
  const entry = map.findEntry(Number(frame[1]) - 1, Number(frame[2]) - 1);
  if (!('originalSource' in entry)) return undefined;
  const file = relative(process.cwd(), resolve(dirname(main), entry.originalSource));
  return `${file}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
}
