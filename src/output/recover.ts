import { renameSync } from 'node:fs';
import { type Beside, beside, debrisOf, existsAt, isOld } from './beside.ts';
import { type LockOptions, withLock } from './lock.ts';
import { removeTree } from './stage.ts';

/**
 * Puts right what a killed synth left behind: a whole tree at `out` first, if the kill hit between
 * the two renames, then no debris beside it. Does nothing, and writes nothing, when all is well.
 */
export function recover(out: string, options: LockOptions = {}): void {
  const names = beside(out);
  if (debrisOf(names).length === 0) return;
  try {
    withLock(names.out, names.lock, options, () => cleanUp(names));
  } catch (error) {
    // Who may only read a whole tree need not be able to tidy up beside it.
    const { code } = error as NodeJS.ErrnoException;
    if (!['EACCES', 'EROFS', 'EPERM'].includes(code ?? '') || !existsAt(names.out)) throw error;
  }
}

/** For the holder of the lock: then nobody else's work can be among the debris. */
export function cleanUp(names: Beside): void {
  const debris = debrisOf(names);
  const old = debris.filter(isOld);
  // The old tree is the one that was complete before the last run began.
  if (old[0] !== undefined && !existsAt(names.out)) renameSync(old[0], names.out);
  for (const path of debris) removeTree(path);
}
