import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** A folder that any user may enter, for tests that run a writer as somebody else; in memory if it can be. */
export function temporaryFolder(): string {
  const parent = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
  const folder = mkdtempSync(join(parent, 'keelson-output-'));
  chmodSync(folder, 0o755);
  return folder;
}

/** Compiles `writer-main.ts` into one file, so that a hundred processes start quickly. */
export async function compileWriter(folder: string): Promise<string> {
  const outfile = join(folder, 'writer.mjs');
  const entry = fileURLToPath(new URL('writer-main.ts', import.meta.url));
  await build({ entryPoints: [entry], outfile, bundle: true, platform: 'node', format: 'esm' });
  return outfile;
}

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** What a process said, once it has ended. */
export function ended(child: ChildProcess): Promise<Ended> {
  let out = '';
  let err = '';
  child.stdout?.on('data', (chunk) => {
    out += String(chunk);
  });
  child.stderr?.on('data', (chunk) => {
    err += String(chunk);
  });
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, out, err })));
}

export function startWriter(writer: string, args: string[], uid?: number): ChildProcess {
  const options = uid === undefined ? {} : { uid, gid: uid };
  return spawn(process.execPath, [writer, ...args], options);
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}
