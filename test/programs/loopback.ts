import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A folder of the test's own, removed when the test ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'keelson-programs-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Whether nobody listens on a port of an address. */
function isFree(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, host, () => server.close(() => resolve(true)));
  });
}

/** Addresses of this machine that nobody uses on some ports: one stands for each pod. */
export async function freeAddresses(count: number, ports: readonly number[]): Promise<string[]> {
  for (let block = 1; block < 250; block++) {
    const hosts = Array.from({ length: count }, (_, at) => `127.77.${block}.${at + 1}`);
    const free = await Promise.all(
      hosts.flatMap((host) => ports.map((port) => isFree(host, port))),
    );
    if (free.every(Boolean)) return hosts;
  }
  throw new Error(`no ${count} free addresses below 127.77.0.0/16`);
}

export interface Program {
  readonly pid: number;
  /** All that it wrote so far. */
  readonly output: () => string;
  /** Waits until it is gone. */
  readonly stop: (signal?: NodeJS.Signals) => Promise<void>;
}

/** Starts a program in a process group of its own, and ends the group with the test. */
export function start(
  command: readonly [string, ...string[]],
  env: Readonly<Record<string, string>> = {},
): Program {
  const [program, ...args] = command;
  const child = spawn(program, args, { env: { ...process.env, ...env }, detached: true });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += String(chunk);
    });
  }
  const stop = (signal: NodeJS.Signals = 'SIGTERM'): Promise<void> => end(child, signal);
  onTestFinished(() => stop('SIGKILL'));
  return { pid: child.pid ?? 0, output: () => output, stop };
}

function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    process.kill(-(child.pid ?? 0), signal);
  });
}

/** Asks again until the answer is as wished; what it was last is in the error. */
export async function eventually<T>(
  ask: () => T | Promise<T>,
  isWished: (answer: T) => boolean,
  seconds = 20,
): Promise<T> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (isWished(answer)) return answer;
    if (Date.now() > end) throw new Error(`after ${seconds} s still: ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
