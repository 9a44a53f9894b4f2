import { rmSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive } from '../tools.ts';
import { Processes } from './processes.ts';

const PREFIX = 'keelson-e2e-';

/** One temporary folder that holds everything a run makes, and the processes that live in it. */
export class Workspace {
  readonly folder: string;
  readonly processes: Processes;
  readonly #closers: (() => Promise<void> | void)[] = [];
  #closed: Promise<void> | undefined;

  private constructor(folder: string) {
    this.folder = folder;
    this.processes = new Processes(folder);
  }

  static async open(): Promise<Workspace> {
    await removeLeftovers();
    const folder = await mkdtemp(join(tmpdir(), PREFIX));
    await writeFile(join(folder, 'owner'), `${process.pid}`);
    const workspace = new Workspace(folder);
    workspace.#closeWhenInterrupted();
    return workspace;
  }

  path(...parts: readonly string[]): string {
    return join(this.folder, ...parts);
  }

  /** Registers what must be closed before the processes end: servers and watches of our own. */
  onClose(close: () => Promise<void> | void): void {
    this.#closers.push(close);
  }

  /** Ends every process and removes the folder; a second call waits for the first. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    for (const closer of this.#closers.reverse()) await closer();
    await this.processes.stopAll();
    if (!process.env['KEELSON_E2E_KEEP']) await rm(this.folder, { recursive: true, force: true });
  }

  #closeWhenInterrupted(): void {
    const end = (code: number) => {
      process.exitCode = code;
      // The run is somewhere inside an await that may never end, so it cannot be left in order.
      void this.close().finally(() => process.exit(code));
    };
    process.once('SIGINT', () => end(130));
    process.once('SIGTERM', () => end(143));
    process.once('SIGHUP', () => end(129));
    process.once('uncaughtException', (error) => {
      console.error(error);
      end(2);
    });
    process.once('exit', () => {
      this.processes.killAll();
      if (!process.env['KEELSON_E2E_KEEP']) rmSync(this.folder, { recursive: true, force: true });
    });
  }
}

/** A run that was killed outright could not clean up; the next one does it. */
async function removeLeftovers(): Promise<void> {
  for (const entry of await readdir(tmpdir())) {
    if (!entry.startsWith(PREFIX)) continue;
    const folder = join(tmpdir(), entry);
    const owner = await readFile(join(folder, 'owner'), 'utf8').catch(() => undefined);
    if (owner === undefined || isAlive(Number(owner))) continue;
    const pids = await readFile(join(folder, 'pids'), 'utf8').catch(() => '');
    for (const pid of pids.split('\n').filter(Boolean)) await endLeftover(Number(pid), folder);
    await rm(folder, { recursive: true, force: true });
  }
}

/** Only what carries that folder's mark: the number may belong to another program by now. */
async function endLeftover(pid: number, folder: string): Promise<void> {
  const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
  if (!environment.split('\0').includes(`KEELSON_E2E=${folder}`)) return;
  process.kill(pid, 'SIGKILL');
  while (isAlive(pid)) await sleep(50);
}
