#!/usr/bin/env node
import { writeSync } from 'node:fs';
import { run } from './run.ts';

process.exitCode = await run(process.argv.slice(2), {
  out: (text) => write(1, text),
  err: (text) => write(2, text),
  cwd: process.cwd(),
  env: process.env,
  terminal: process.stderr.isTTY === true,
});

// A timer or a socket that the program left behind must not keep the command alive.
setTimeout(() => process.exit(), 0).unref();

/** Synchronous, so that nothing is cut off when the process ends; a reader that left early is no error. */
function write(stream: 1 | 2, text: string): void {
  for (let rest = Buffer.from(text); rest.length > 0; ) {
    try {
      rest = rest.subarray(writeSync(stream, rest));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EPIPE') return;
      if (code !== 'EAGAIN') throw error;
    }
  }
}
