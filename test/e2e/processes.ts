import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CannotRun } from '../tools.ts';

const STOP_SECONDS = 10;

/** The programs of one run: each has a log, a line in the pid file, and is ended by its process id. */
export class Processes {
  readonly #folder: string;
  readonly #running = new Map<string, ChildProcess>();

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(join(folder, 'logs'), { recursive: true });
    mkdirSync(join(folder, 'tmp'), { recursive: true });
  }

  start(
    name: string,
    program: string,
    args: readonly string[],
    environment: Readonly<Record<string, string>> = {},
  ): void {
    const log = openSync(this.#log(name), 'a');
    const child = spawn(program, args, {
      cwd: this.#folder,
      // A group of its own: Ctrl-C reaches us alone, and we stop the others in order.
      detached: true,
      stdio: ['ignore', log, log],
      env: { PATH: process.env['PATH'], HOME: this.#folder, ...environment, ...this.#marker() },
    });
    child.once('error', (error) => appendFileSync(this.#log(name), `${error.message}\n`));
    if (child.pid) appendFileSync(join(this.#folder, 'pids'), `${child.pid}\n`);
    this.#running.set(name, child);
  }

  /** Polls until `ready` is true. Whichever process ends meanwhile is reported with the end of its log. */
  async waitFor(name: string, ready: () => Promise<boolean>, seconds = 60): Promise<void> {
    const deadline = Date.now() + seconds * 1000;
    while (!(await ready().catch(() => false))) {
      const ended = [...this.#running.keys()].find((each) => !this.isRunning(each));
      if (ended) throw new CannotRun(`${ended} ended at once; ${this.#whyEnded(ended)}`);
      if (Date.now() > deadline) {
        throw new CannotRun(`${name} is not ready after ${seconds} s; ${this.tail(name)}`);
      }
      await sleep(100);
    }
  }

  isRunning(name: string): boolean {
    const child = this.#running.get(name);
    return child?.pid !== undefined && child.exitCode === null && child.signalCode === null;
  }

  /** Every running process: id and name. */
  ids(): Map<number, string> {
    return new Map(
      [...this.#running].flatMap(([name, child]) =>
        this.isRunning(name) && child.pid ? [[child.pid, name] as const] : [],
      ),
    );
  }

  /** Between choosing a port and listening on it another program may be faster. */
  #whyEnded(name: string): string {
    const log = this.tail(name);
    const taken = /address already in use|EADDRINUSE/i.test(log);
    return `${taken ? 'another program took its port; run again\n' : ''}${log}`;
  }

  /** The last lines of a process's log. */
  tail(name: string, lines = 12): string {
    const text = readFileSync(this.#log(name), 'utf8').trimEnd().split('\n').slice(-lines);
    return `the end of its log:\n${text.map((line) => `    ${line.slice(0, 300)}`).join('\n')}`;
  }

  /** Asks the process to end, and insists after ten seconds. `at-once` is how a machine dies. */
  async stop(name: string, how: 'politely' | 'at-once' = 'politely'): Promise<void> {
    const child = this.#running.get(name);
    this.#running.delete(name);
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((done) => child.once('exit', done));
    child.kill(how === 'politely' ? 'SIGTERM' : 'SIGKILL');
    const insist = setTimeout(() => child.kill('SIGKILL'), STOP_SECONDS * 1000);
    await ended;
    clearTimeout(insist);
  }

  /** Ends everything, the newest first. */
  async stopAll(): Promise<void> {
    for (const name of [...this.#running.keys()].reverse()) await this.stop(name);
  }

  /** For the moment in which nothing can be awaited any more. */
  killAll(): void {
    for (const child of this.#running.values()) child.kill('SIGKILL');
  }

  #log(name: string): string {
    return join(this.#folder, 'logs', `${name}.log`);
  }

  /** Lets a later run recognise what an earlier one, itself killed, has left behind. */
  #marker(): Record<string, string> {
    return { KEELSON_E2E: this.#folder, TMPDIR: join(this.#folder, 'tmp') };
  }
}
