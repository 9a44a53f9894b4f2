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
  /** The folder as the user named it, for errors. */
  readonly at: string;
  readonly out: string;
  readonly files: ReadonlyMap<string, string>;
  readonly keep?: ((path: string) => boolean) | undefined;
}

export function planTree(options: PlanOptions, exists: boolean): Plan {
  const { out, files, keep } = options;
  const plan: Plan = { written: [], unchanged: [], removed: [], foreign: [], carried: [] };
  const alien: string[] = [];
  for (const found of exists ? scan(out) : []) {
    const { path } = found;
    const kept = keep?.(path) ?? false;
    const text = kept ? undefined : files.get(path);
    if (text !== undefined) {
      if (!isSame(options, found, text)) continue;
      plan.unchanged.push(path);
    } else if (!kept && found.kind === 'file' && hasHeader(`${out}/${path}`)) {
      plan.removed.push(path);
      continue;
    } else {
      if (!kept) plan.foreign.push(path);
      alien.push(path);
    }
    plan.carried.push(found);
  }
  const unchanged = new Set(plan.unchanged);
  for (const path of files.keys()) {
    if (!unchanged.has(path) && !keep?.(path)) plan.written.push(path);
  }
  refuseClashes(options, plan.written, alien);
  for (const list of [plan.written, plan.unchanged, plan.removed, plan.foreign]) list.sort();
  return plan;
}

function isSame({ at, out }: PlanOptions, { path, kind }: Found, text: string): boolean {
  if (kind !== 'file') throw foreignInTheWay(at, path);
  const before = readFileSync(`${out}/${path}`, 'utf8');
  if (before === text) return true;
  if (!isOurs(before)) throw foreignInTheWay(at, path);
  return false;
}

/** A file cannot take the place of a folder that holds what is not ours, nor the other way round. */
function refuseClashes({ at }: PlanOptions, written: string[], alien: string[]): void {
  if (alien.length === 0) return;
  const wanted = new Set(written);
  const folders = new Set(written.flatMap((path) => [...foldersOf(path)]));
  for (const path of alien) {
    const inside = [...foldersOf(path)].some((folder) => wanted.has(folder));
    if (inside || folders.has(path)) throw foreignInTheWay(at, path);
  }
}

function foreignInTheWay(at: string, path: string): KeelsonError {
  return new KeelsonError(at, 'output/foreign-file', {
    message: `'${path}' was not written by Keelson, and is in the way of a file that must be`,
    hint: 'move it somewhere else, or delete it, and run again',
  });
}
