import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { CannotRun } from '../tools.ts';

/** One program as a shell would start it. */
export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** Called before every run, and not timed: deletes the output of the run before. */
  readonly before?: () => void;
  /** Called after every run, and not timed: throws when the program did not do the work. */
  readonly after?: () => void;
}

export interface Measured {
  /** The shortest run, from the start to the exit of the process; infinite if all were stopped. */
  readonly seconds: number;
  /** The largest resident set of any of its processes; NaN where there is no /proc. */
  readonly megabytes: number;
  readonly runs: readonly number[];
}

export interface MeasureOptions {
  readonly times: number;
  /** @default 60 */
  readonly timeoutSeconds?: number;
}

export async function measure(command: Command, options: MeasureOptions): Promise<Measured> {
  const [only] = await compete([command], options);
  return only;
}

/** Measures several in turns, so that a noisy minute hits all of them. */
export async function compete<const T extends readonly Command[]>(
  commands: T,
  { times, timeoutSeconds = 60 }: MeasureOptions,
): Promise<{ readonly [K in keyof T]: Measured }> {
  const all = commands.map((): Run[] => []);
  for (let round = 0; round < times; round += 1) {
    for (const [index, command] of commands.entries()) {
      command.before?.();
      const run = await runOnce(command, timeoutSeconds);
      if (run.seconds < Number.POSITIVE_INFINITY) command.after?.();
      all[index]?.push(run);
    }
  }
  return all.map(measuredOf) as { readonly [K in keyof T]: Measured };
}

function measuredOf(all: readonly Run[]): Measured {
  const runs = all.map(({ seconds }) => seconds);
  const sizes = all.map(({ megabytes }) => megabytes);
  return { seconds: Math.min(...runs), megabytes: Math.max(...sizes), runs };
}

type Run = Pick<Measured, 'seconds' | 'megabytes'>;

const SAMPLE_MILLISECONDS = 20;

async function runOnce(command: Command, timeoutSeconds: number): Promise<Run> {
  const { args, cwd, program } = command;
  const started = performance.now();
  // A group of its own, so that a program that is stopped takes its children along.
  const child = spawn(program, args, { cwd, detached: true, stdio: ['ignore', 'ignore', 'pipe'] });
  const { pid } = child;
  if (pid === undefined) throw new CannotRun(`${program} cannot be started`);
  let talk = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    talk += text;
  });
  let kilobytes = 0;
  let stopped = false;
  const sampling = setInterval(() => {
    kilobytes = Math.max(kilobytes, largestOf(pid));
  }, SAMPLE_MILLISECONDS);
  const timer = setTimeout(() => {
    stopped = true;
    process.kill(-pid, 'SIGKILL');
  }, timeoutSeconds * 1000);
  const code = await new Promise<number | null>((done) => child.once('exit', done));
  const seconds = (performance.now() - started) / 1000;
  clearInterval(sampling);
  clearTimeout(timer);
  const megabytes = kilobytes > 0 ? kilobytes / 1024 : Number.NaN;
  if (stopped) return { seconds: Number.POSITIVE_INFINITY, megabytes };
  if (code !== 0) {
    throw new CannotRun(`${program} ${args.join(' ')} failed with ${code}\n${talk.slice(-2000)}`);
  }
  return { seconds, megabytes };
}

/** Peak memory of the largest process among a process and its children, in KiB; Linux only. */
function largestOf(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const own = Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? 0);
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    return Math.max(own, ...children.split(' ').filter(Boolean).map(Number).map(largestOf));
  } catch {
    return 0; // gone, or not Linux
  }
}
