import { Script } from 'node:vm';

const SLOT = Symbol.for('keelson.bounded');
const CALL = new Script(`globalThis[Symbol.for('keelson.bounded')]()`);

/** Calls a synchronous function and ends it when it takes too long, endless loops included. */
export function bounded<T>(work: () => T, seconds: number, tooLong: () => Error): T {
  const slot = globalThis as unknown as Record<symbol, (() => T) | undefined>;
  slot[SLOT] = work;
  try {
    return CALL.runInThisContext({ timeout: Math.ceil(seconds * 1000) }) as T;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw tooLong();
    throw error;
  } finally {
    slot[SLOT] = undefined;
  }
}
