import { readFileSync } from 'node:fs';
import { KeelsonError } from '../core/errors.ts';
import { foldersOf } from './safe-path.ts';
import { type Found, hasHeader, isOurs, scan } from './scan.ts';

/** What writing a tree would do, worked out before anything is touched. */
export interface Plan {
  readonly written: string[];
  readonly unchanged: string[];
  readonly removed: string[];
  /** Not written by Keelson, so neither deleted nor changed. */
  readonly foreign: string[];
  /** Everything of the old tree that the new one takes over as it is. */
  readonly carried: Found[];
}

export interface PlanOptions {
  readonly out: string;
  readonly files: ReadonlyMap<string, string>;
  readonly keep?: ((path: string) => boolean) | undefined;
}

export function planTree({ out, files, keep }: PlanOptions, exists: boolean): Plan {
  const plan: Plan = { written: [], unchanged: [], removed: [], foreign: [], carried: [] };
  const unwritten = new Set<string>();
  for (const found of exists ? scan(out) : []) {
    const { path } = found;
    const text = keep?.(path) ? undefined : files.get(path);
    if (text !== undefined) {
      if (!isSame(out, found, text)) continue;
      plan.unchanged.push(path);
      plan.carried.push(found);
      unwritten.add(path);
    } else if (found.kind === 'file' && !keep?.(path) && hasHeader(`${out}/${path}`)) {
      plan.removed.push(path);
    } else {
      if (!keep?.(path)) plan.foreign.push(path);
      plan.carried.push(found);
    }
  }
  for (const path of files.keys()) {
    if (!unwritten.has(path) && !keep?.(path)) plan.written.push(path);
  }
  refuseClashes(out, plan);
  for (const list of [plan.written, plan.unchanged, plan.removed, plan.foreign]) list.sort();
  return plan;
}

function isSame(out: string, { path, kind }: Found, text: string): boolean {
  if (kind !== 'file') throw foreignInTheWay(out, path);
  const before = readFileSync(`${out}/${path}`, 'utf8');
  if (before === text) return true;
  if (!isOurs(before)) throw foreignInTheWay(out, path);
  return false;
}

/** A file cannot take the place of a folder that holds carried files, nor the other way round. */
function refuseClashes(out: string, { written, carried }: Plan): void {
  const wanted = new Set(written);
  const folders = new Set(written.flatMap((path) => [...foldersOf(path)]));
  for (const { path } of carried) {
    if (folders.has(path)) throw foreignInTheWay(out, path);
    for (const folder of foldersOf(path)) {
      if (wanted.has(folder)) throw foreignInTheWay(out, path);
    }
  }
}

function foreignInTheWay(out: string, path: string): KeelsonError {
  return new KeelsonError(out, 'output/foreign-file', {
    message: `'${path}' was not written by Keelson, and is in the way of a file that must be`,
    hint: 'move it somewhere else, or delete it, and run again',
  });
}
