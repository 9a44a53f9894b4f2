import { mkdirSync, type Stats, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { KeelsonError } from '../core/errors.ts';
import { starterFiles } from './starter.ts';

/** What starting a project would write. */
export interface InitPlan {
  /** Text by path, relative to the project's folder. */
  readonly files: ReadonlyMap<string, string>;
  /** Files that are there already, and stay as they are. */
  readonly left: readonly string[];
}

export interface InitInput {
  /** The name of the folder; the package is called like it. */
  readonly folder: string;
  /** Keelson's own version, which the project pins. */
  readonly version: string;
  readonly exists: (path: string) => boolean;
}

/** Works out what a new project needs. Whoever has a program of their own needs no images for ours. */
export function planInit({ exists, folder, version }: InitInput): InitPlan {
  const own = exists('charts/main.ts');
  const all = [...starterFiles(folder, version)].filter(
    ([path]) => !(own && path.startsWith('images/')),
  );
  return {
    files: new Map(all.filter(([path]) => !exists(path))),
    left: all.filter(([path]) => exists(path)).map(([path]) => path),
  };
}

/** Plans for a folder on disk, which need not be there yet. */
export function initPlan(folder: string, version: string): InitPlan {
  if (statOf(folder)?.isDirectory() === false)
    throw failure(folder, 'this is a file, not a folder');
  const exists = (path: string): boolean => statOf(join(folder, path)) !== undefined;
  return planInit({ folder: basename(folder), version, exists });
}

/** Writes what a plan says. Never over a file, not even one that appeared meanwhile. */
export function applyInit({ files }: InitPlan, folder: string): void {
  try {
    for (const [path, text] of files) {
      const file = join(folder, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text, { flag: 'wx' });
    }
  } catch (error) {
    throw failure(folder, `cannot be written: ${(error as Error).message}`, error);
  }
}

/** Whether `npm install` has put Keelson there. */
export function isInstalled(folder: string): boolean {
  return statOf(join(folder, 'node_modules/keelson')) !== undefined;
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined; // missing, or out of reach: then writing says why
  }
}

function failure(folder: string, message: string, cause?: unknown): KeelsonError {
  return new KeelsonError(folder, 'init/not-writable', {
    message,
    hint: 'name another folder: `keelson init <folder>`',
    cause,
  });
}
