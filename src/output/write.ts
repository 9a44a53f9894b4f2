import { mkdirSync, statSync } from 'node:fs';
import { KeelsonError } from '../core/errors.ts';
import { type Beside, beside, debrisOf, existsAt } from './beside.ts';
import { type LockOptions, withLock } from './lock.ts';
import { type Plan, type PlanOptions, planTree } from './plan.ts';
import { cleanUp } from './recover.ts';
import { checkPaths } from './safe-path.ts';
import { removeTree, stage, swap } from './stage.ts';
import { writeFailure } from './write-failure.ts';

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
  const { files, keep } = options;
  checkPaths(options.out, files.keys());
  const names = beside(options.out);
  const request = { out: names.out, files, keep };
  try {
    if (debrisOf(names).length === 0) {
      const seen = look(request);
      if (isDone(seen.plan)) return resultOf(seen.plan);
      mkdirSync(names.parent, { recursive: true });
      return withLock(names.out, names.lock, options, () => write(names, request, seen));
    }
    return withLock(names.out, names.lock, options, () => write(names, request));
  } catch (error) {
    throw error instanceof KeelsonError ? error : writeFailure(options.out, error);
  }
}

interface Look {
  readonly plan: Plan;
  /** Which folder was looked at; every swap puts another one there. */
  readonly identity: number | undefined;
}

function look(request: PlanOptions): Look {
  const found = statSync(request.out, { throwIfNoEntry: false });
  if (found && !found.isDirectory()) {
    throw new KeelsonError(request.out, 'output/not-a-folder', {
      message: 'the output must be a folder, and this is a file',
      hint: 'choose another --out, or move the file away',
    });
  }
  return { plan: planTree(request, found !== undefined), identity: found?.ino };
}

function write(names: Beside, request: PlanOptions, seen?: Look): WriteResult {
  cleanUp(names);
  const identity = statSync(names.out, { throwIfNoEntry: false })?.ino;
  // Another synth may have written while we waited for the lock.
  const { plan } = seen && seen.identity === identity ? seen : look(request);
  if (isDone(plan)) return resultOf(plan);
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
