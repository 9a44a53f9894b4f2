import { lstatSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { isGone } from './running.ts';

/** The names that a writer uses next to the output folder, on the same disk so that a rename moves them. */
export interface Beside {
  /** The output folder itself, links resolved. */
  readonly out: string;
  readonly parent: string;
  readonly lock: string;
  /** Where the new tree grows, and where the old one waits to be deleted. */
  readonly next: string;
  readonly old: string;
}

export function beside(out: string): Beside {
  const real = realOf(resolve(out));
  const parent = dirname(real);
  const prefix = join(parent, prefixOf(real));
  return {
    out: real,
    parent,
    lock: `${prefix}lock`,
    next: `${prefix}${process.pid}`,
    old: `${prefix}${process.pid}-old`,
  };
}

/** What killed runs left next to the output folder; the lock, and what a waiter holds, is not debris. */
export function debrisOf({ out, parent }: Beside): string[] {
  const prefix = prefixOf(out);
  return namesIn(parent)
    .filter((name) => name.startsWith(prefix) && isDebris(name.slice(prefix.length)))
    .map((name) => join(parent, name));
}

function isDebris(suffix: string): boolean {
  const [, draft, pid] = /^(lock-)?(\d+)(?:-old)?$/.exec(suffix) ?? [];
  return pid !== undefined && (draft === undefined || isGone(pid));
}

export function isOld(debris: string): boolean {
  return debris.endsWith('-old');
}

export function existsAt(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** Which folder stands at a path; every swap puts another one there. */
export function identityOf(path: string): string | undefined {
  const found = statSync(path, { throwIfNoEntry: false });
  // Inode numbers are soon used again; the time of the rename tells two trees apart.
  return found && `${found.ino} ${found.ctimeMs}`;
}

function prefixOf(out: string): string {
  return `.${basename(out)}.keelson-`;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function realOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
