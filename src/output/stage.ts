import {
  chmodSync,
  copyFileSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmdirSync,
  statSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { type Beside, existsAt } from './beside.ts';
import type { Plan } from './plan.ts';
import type { Found } from './scan.ts';

/** Builds the whole new tree beside the old one, which stays untouched. */
export function stage(
  { out, next }: Beside,
  { carried, written }: Plan,
  files: ReadonlyMap<string, string>,
): void {
  const made = new Set<string>();
  mkdirSync(next);
  made.add(next);
  const mode = statSync(out, { throwIfNoEntry: false })?.mode;
  if (mode !== undefined) chmodSync(next, mode);
  for (const found of carried) {
    const target = `${next}/${found.path}`;
    makeFolder(dirname(target), made);
    carry(`${out}/${found.path}`, target, found.kind);
  }
  for (const path of written) {
    const target = `${next}/${path}`;
    makeFolder(dirname(target), made);
    writeFileSync(target, files.get(path) ?? '');
  }
}

/** Two renames; between them `out` is missing, which `recover` puts right. */
export function swap({ out, next, old }: Beside): void {
  if (!existsAt(out)) {
    renameSync(next, out);
    return;
  }
  renameSync(out, old);
  try {
    renameSync(next, out);
  } catch (error) {
    renameSync(old, out);
    throw error;
  }
}

/** Deletes a file or a folder with all it holds; links are deleted, not followed. */
export function removeTree(path: string): void {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory()) removeFolder(path);
  else if (found) unlinkSync(path);
}

function removeFolder(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) removeFolder(path);
    else unlinkSync(path);
  }
  rmdirSync(folder);
}

function makeFolder(folder: string, made: Set<string>): void {
  if (made.has(folder)) return;
  makeFolder(dirname(folder), made);
  mkdirSync(folder);
  made.add(folder);
}

/** A hard link keeps inode and mtime; where there are none, a copy keeps at least the mtime. */
function carry(source: string, target: string, kind: Found['kind']): void {
  if (kind === 'symlink') {
    symlinkSync(readlinkSync(source), target);
  } else if (kind === 'git' && lstatSync(source).isDirectory()) {
    carryFolder(source, target);
  } else {
    carryFile(source, target);
  }
}

function carryFile(source: string, target: string): void {
  try {
    linkSync(source, target);
  } catch {
    copyFileSync(source, target);
    const { atime, mtime } = statSync(source);
    utimesSync(target, atime, mtime);
  }
}

/** All of a folder, empty folders included: Git takes nothing for a repository without `refs/`. */
function carryFolder(source: string, target: string): void {
  mkdirSync(target);
  for (const entry of readdirSync(source, { withFileTypes: true })) {
    const [from, to] = [`${source}/${entry.name}`, `${target}/${entry.name}`];
    if (entry.isDirectory()) carryFolder(from, to);
    else carry(from, to, entry.isSymbolicLink() ? 'symlink' : 'file');
  }
}
