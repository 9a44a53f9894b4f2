import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { KeelsonError } from '../core/errors.ts';
import { isGone, ownerOf } from './running.ts';

export interface LockOptions {
  /**
   * How long to wait for another synth of the same folder.
   * @default 30
   */
  readonly timeoutSeconds?: number;
  /** Hears once that we wait, and for whom. */
  readonly progress?: ((line: string) => void) | undefined;
}

const POLL_MILLISECONDS = 20;

/** Runs `work` while no other process can do the same to `out`. */
export function withLock<T>(out: string, lock: string, options: LockOptions, work: () => T): T {
  const mine = ownerOf(process.pid);
  acquire(out, lock, mine, options);
  try {
    return work();
  } finally {
    if (readOwner(lock) === mine) rmSync(lock, { force: true });
  }
}

function acquire(out: string, lock: string, mine: string, options: LockOptions): void {
  const { timeoutSeconds = 30, progress } = options;
  const deadline = Date.now() + timeoutSeconds * 1000;
  for (let told = false; !tryCreate(lock, mine); ) {
    const owner = readOwner(lock);
    if (owner === undefined) continue;
    // We hold nothing here: a lock of ours is one that a waiter put back too late.
    if (owner === mine || isGone(owner)) {
      takeAway(lock, owner);
      continue;
    }
    if (Date.now() >= deadline) throw locked(out, lock, owner, timeoutSeconds);
    if (!told) progress?.(`waiting for another synth of ${out} (process ${pidOf(owner)})`);
    told = true;
    sleep(POLL_MILLISECONDS);
  }
}

/** Links a finished file into place, so that nobody ever reads a lock without its owner. */
function tryCreate(lock: string, mine: string): boolean {
  const draft = `${lock}-${process.pid}`;
  writeFileSync(draft, mine);
  try {
    linkSync(draft, lock);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' || code === 'ENOENT') return false;
    return tryCreateExclusive(lock, mine);
  } finally {
    rmSync(draft, { force: true });
  }
}

/** For file systems without hard links. */
function tryCreateExclusive(lock: string, mine: string): boolean {
  try {
    writeFileSync(lock, mine, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Moves a dead owner's lock away; if another waiter was quicker, gives back what we moved. */
function takeAway(lock: string, owner: string): void {
  const moved = `${lock}-${process.pid}`;
  try {
    renameSync(lock, moved);
    if (readOwner(moved) !== owner) linkSync(moved, lock);
  } catch {
    // Somebody else moved it, or holds it by now.
  }
  rmSync(moved, { force: true });
}

function readOwner(lock: string): string | undefined {
  try {
    return readFileSync(lock, 'utf8');
  } catch {
    return undefined;
  }
}

function pidOf(owner: string): number {
  return Number.parseInt(owner, 10);
}

function sleep(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

function locked(out: string, lock: string, owner: string, seconds: number): KeelsonError {
  return new KeelsonError(out, 'output/locked', {
    message: `another synth (process ${pidOf(owner)}) has been writing for more than ${seconds} s`,
    hint: `wait for it or stop it; if it is not a synth, delete ${lock}`,
  });
}
