import { readFileSync } from 'node:fs';
import { identityOf } from './beside.ts';
import { recover } from './recover.ts';
import { isOurs, scan } from './scan.ts';

export { HEADER } from '../core/header.ts';

export interface ReadFile {
  readonly text: string;
  /** Whether Keelson wrote it. */
  readonly ours: boolean;
}

/** The files of a finished tree by relative path. A tree that is missing has none. */
export function readTree(out: string): Map<string, ReadFile> {
  for (let attempt = 1; ; attempt += 1) {
    recover(out);
    const before = identityOf(out);
    const files = tryRead(out, before);
    // A synth that swapped trees meanwhile would have given us half of each.
    if (files && identityOf(out) === before) return files;
    if (attempt === 20) throw new Error(`${out} keeps changing while it is read`);
  }
}

function tryRead(out: string, identity: string | undefined): Map<string, ReadFile> | undefined {
  const files = new Map<string, ReadFile>();
  if (identity === undefined) return files;
  try {
    for (const { path, kind } of scan(out)) {
      if (kind !== 'file') continue;
      const text = readFileSync(`${out}/${path}`, 'utf8');
      files.set(path, { text, ours: isOurs(text) });
    }
    return files;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
