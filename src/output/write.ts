import { mkdirSync, statSync } from 'node:fs';
import { KeelsonError } from '../core/errors.ts';
import { type Beside, beside, debrisOf, existsAt, identityOf } from './beside.ts';
import { type LockOptions, withLock } from './lock.ts';
import { type Plan, type PlanOptions, planTree } from './plan.ts';
import { cleanUp } from './recover.ts';
import { checkPaths } from './safe-path.ts';
import { isOurs } from './scan.ts';
import { removeTree, stage, swap } from './stage.ts';
import { isRefusedBySystem, writeFailure } from './write-failure.ts';

export interface WriteOptions extends LockOptions {
  /** The folder that holds the tree, and nothing of which is touched before the new tree is complete. */
  readonly out: string;
  /** Full text, header included, by path relative to `out`. */
  readonly files: ReadonlyMap<string, string>;
  /**
   * Paths to leave as they are, whether or not `files` has them.
   * @default - none
   */
  readonly keep?: (path: string) => boolean;
  /**
   * Told what is about to happen; what it throws stops the write.
   * @default - any file of ours may change or go
   */
  readonly approve?: (plan: WriteResult) => void;
}

/** Sorted paths, relative to the folder. */
export interface WriteResult {
  readonly written: readonly string[];
  readonly unchanged: readonly string[];
  readonly removed: readonly string[];
  /** Not written by Keelson, so neither changed nor deleted. */
  readonly foreign: readonly string[];
}

/** Makes `out` hold exactly `files`, all or nothing. Does not touch the disk when it already does. */
export function writeTree(options: WriteOptions): WriteResult {
  const { out: at, files, keep } = options;
  checkFiles(at, files);
  const names = beside(at);
  const request = { at, out: names.out, files, keep };
  try {
    const seen = debrisOf(names).length === 0 ? glance(request) : undefined;
    if (seen && isDone(seen.plan)) return resultOf(seen.plan);
    mkdirSync(names.parent, { recursive: true });
    return withLock(at, names.lock, options, () => write(names, options, request, seen));
  } catch (error) {
    throw isRefusedBySystem(error) ? writeFailure(at, error) : error;
  }
}

function checkFiles(at: string, files: ReadonlyMap<string, string>): void {
  checkPaths(at, files.keys());
  for (const [path, text] of files) {
    if (!isOurs(text)) throw new Error(`${path} does not begin with the header of generated files`);
  }
}

interface Look {
  readonly plan: Plan;
  /** Which folder was looked at; every swap puts another one there. */
  readonly identity: string | undefined;
}

function look(request: PlanOptions): Look {
  const identity = identityOf(request.out);
  if (identity && !statSync(request.out).isDirectory()) {
    throw new KeelsonError(request.at, 'output/not-a-folder', {
      message: 'the output must be a folder, and this is a file',
      hint: 'choose another --out, or move the file away',
    });
  }
  return { plan: planTree(request, identity !== undefined), identity };
}

/** Looks without the lock; gives nothing when another synth swapped trees meanwhile. */
function glance(request: PlanOptions): Look | undefined {
  try {
    const seen = look(request);
    return identityOf(request.out) === seen.identity ? seen : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function write(
  names: Beside,
  { approve }: WriteOptions,
  request: PlanOptions,
  seen: Look | undefined,
): WriteResult {
  cleanUp(names);
  // Another synth may have written while we waited for the lock.
  const { plan } = seen && seen.identity === identityOf(names.out) ? seen : look(request);
  if (isDone(plan)) return resultOf(plan);
  approve?.(resultOf(plan));
  try {
    stage(names, plan, request.files);
    swap(names);
  } catch (error) {
    discard(names.next);
    throw error;
  }
  if (existsAt(names.old)) discard(names.old);
  return resultOf(plan);
}

function isDone({ written, removed }: Plan): boolean {
  return written.length + removed.length === 0;
}

function resultOf({ written, unchanged, removed, foreign }: Plan): WriteResult {
  return { written, unchanged, removed, foreign };
}

/** What cannot be deleted now is deleted by the next run. */
function discard(path: string): void {
  try {
    removeTree(path);
  } catch {
    // The tree at `out` is whole; debris beside it is no reason to fail.
  }
}
