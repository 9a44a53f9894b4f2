import { closeSync, type Dirent, openSync, readdirSync, readSync } from 'node:fs';
import { HEADER } from '../core/header.ts';

export interface Found {
  /** Relative to the scanned folder, with forward slashes. */
  readonly path: string;
  /** `git` is a whole `.git` folder or file, which is never looked into. */
  readonly kind: 'file' | 'symlink' | 'git' | 'other';
}

/** Everything below a folder except folders. Symbolic links are listed, never followed. */
export function scan(folder: string): Found[] {
  const found: Found[] = [];
  descend(folder, '', found);
  return found;
}

function descend(folder: string, prefix: string, found: Found[]): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = prefix + entry.name;
    const kind = kindOf(entry);
    if (kind === 'folder') descend(`${folder}/${entry.name}`, `${path}/`, found);
    else found.push({ path, kind });
  }
}

function kindOf(entry: Dirent): Found['kind'] | 'folder' {
  if (entry.name === '.git') return 'git';
  if (entry.isDirectory()) return 'folder';
  if (entry.isFile()) return 'file';
  return entry.isSymbolicLink() ? 'symlink' : 'other';
}

export function isOurs(text: string): boolean {
  return text.startsWith(`${HEADER}\n`);
}

/** Whether a file begins with our header, without reading the rest of it. */
export function hasHeader(file: string): boolean {
  const start = Buffer.alloc(HEADER.length + 1);
  const handle = openSync(file, 'r');
  try {
    return isOurs(start.toString('utf8', 0, readSync(handle, start)));
  } finally {
    closeSync(handle);
  }
}
