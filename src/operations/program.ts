import { statSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import { dirname, relative, resolve } from 'node:path';
import { Script } from 'node:vm';
import { KeelsonError } from '../core/errors.ts';
import { isPlatform, type Platform } from '../core/platform.ts';
import { bounded } from './bounded.ts';
import { bundle } from './bundle.ts';
import { contained, strayFailure } from './contained.ts';
import { noteLine, positionOf, SCRIPT, type Sources, thrownInside } from './position.ts';

export interface ProgramOptions {
  /**
   * The project's folder: files are shown from there.
   * @default - where the command was started
   */
  readonly folder?: string;
  /** How long the program may take to load, and each cluster to compose. */
  readonly timeoutSeconds: number;
}

/** The user's program: platforms, and a way to run their code within bounds. */
export interface Program {
  readonly file: string;
  readonly platforms: readonly Platform[];
  /** Runs code of the program: what it throws says where in the user's files. */
  readonly run: <T>(work: () => T) => T;
  /** Fails when a promise failed that the program made and left alone. To be called before writing. */
  readonly settled: () => Promise<void>;
}

/** Loads `charts/main.ts`, or whichever file is named. */
export async function loadProgram(file: string, options: ProgramOptions): Promise<Program> {
  const { folder: from = process.cwd(), timeoutSeconds } = options;
  const main = resolve(file);
  const shown = relative(from, main);
  if (!statSync(main, { throwIfNoEntry: false })?.isFile()) {
    throw new KeelsonError(shown, 'program/not-found', {
      message: 'there is no such program',
      hint: 'run `keelson init` to start one, or name another with --program',
    });
  }
  const built = await bundle(main, from);
  const modules = await preload(main, shown, built.externals);
  const bounds: Bounds = {
    shown,
    seconds: timeoutSeconds,
    sources: { map: built.map, folder: dirname(main), from },
  };
  const run = <T>(work: () => T): T => runWithin(work, bounds);
  const settled = async (): Promise<void> => {
    const stray = await strayFailure();
    if (stray) throw failureOf(stray.error, bounds);
  };
  const exported = run(() => evaluate(built.code, main, modules));
  await settled();
  return { file: shown, platforms: platformsIn(shown, exported), run, settled };
}

/** What the script will ask for synchronously. */
async function preload(
  main: string,
  shown: string,
  names: readonly string[],
): Promise<Map<string, unknown>> {
  const load = async (name: string): Promise<[string, unknown]> => {
    try {
      return [name, await loadPackage(main, name)];
    } catch (cause) {
      throw new KeelsonError(shown, 'program/missing-package', {
        message: `the package '${name}' cannot be loaded: ${firstLine(cause)}`,
        hint: `is it installed? \`npm install ${name.split('/')[0]}\``,
        cause,
      });
    }
  };
  return new Map(await Promise.all(names.filter((name) => !isBuiltin(name)).map(load)));
}

/** `keelson` is always the library of this very command; cdk8s the project's, or else ours. */
async function loadPackage(main: string, name: string): Promise<unknown> {
  if (/^keelson(\/|$)/.test(name)) return import(name);
  const theirs = createRequire(main);
  try {
    theirs.resolve(name);
  } catch {
    return createRequire(import.meta.url)(name);
  }
  return theirs(name);
}

/** The default export of an ES module, or all of `module.exports` where the program is CommonJS. */
function evaluate(code: string, main: string, modules: ReadonlyMap<string, unknown>): unknown {
  const fallback = createRequire(main);
  const require = (name: string): unknown => modules.get(name) ?? fallback(name);
  const module = { exports: {} as { default?: unknown } };
  const wrapped = `(function (require, module, exports, __filename, __dirname) {${code}\n})`;
  const script = new Script(wrapped, { filename: SCRIPT }).runInThisContext();
  script(require, module, module.exports, main, dirname(main));
  return module.exports.default ?? module.exports;
}

function platformsIn(file: string, exported: unknown): readonly Platform[] {
  const platforms = [exported].flat();
  if (platforms.length === 0 || !platforms.every(isPlatform)) {
    const promise = platforms.some((each) => each instanceof Promise);
    throw new KeelsonError(file, 'program/exports-nothing', {
      message: promise
        ? 'the default export is a promise'
        : 'the default export is neither a platform nor a list of platforms',
      hint: 'write `export default definePlatform({ … })`',
    });
  }
  const names = platforms.map(({ name }) => name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice === undefined) return platforms;
  throw new KeelsonError(file, 'program/platform-twice', {
    message: `two platforms are called '${twice}'`,
    hint: 'give each a name of its own: it names the folder of its output',
  });
}

interface Bounds {
  readonly shown: string;
  readonly seconds: number;
  readonly sources: Sources;
}

function runWithin<T>(work: () => T, bounds: Bounds): T {
  const { seconds, shown } = bounds;
  const tooLong = (): Error =>
    new KeelsonError(shown, 'program/never-ends', {
      message: `the program still runs after ${seconds} s`,
      hint: 'look for a loop without end in compose, or allow more with --timeout',
    });
  try {
    return contained(() => bounded(work, seconds, tooLong));
  } catch (error) {
    throw failureOf(error, bounds);
  }
}

/** A refusal of ours, which learns the user's line; or what the program threw, at that line. */
function failureOf(error: unknown, { shown, sources }: Bounds): KeelsonError {
  const line = positionOf(error, sources);
  if (error instanceof KeelsonError) {
    if (line !== undefined) noteLine(error, line);
    return error;
  }
  const inside = thrownInside(error);
  return new KeelsonError(line ?? shown, 'program/threw', {
    message: error instanceof Error ? `${error.name}: ${error.message}` : `threw ${textOf(error)}`,
    hint: inside
      ? `called from there, ${inside} failed; nothing was written`
      : 'the program itself failed there; nothing was written',
    cause: error,
  });
}

function textOf(thrown: unknown): string {
  try {
    return typeof thrown === 'object' ? JSON.stringify(thrown) : String(thrown);
  } catch {
    return 'something that cannot be shown';
  }
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}
