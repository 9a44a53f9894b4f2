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
  /** The least time that the processors spent on it: less moved by a busy machine than the clock. */
  readonly processor: number;
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
  return {
    seconds: Math.min(...runs),
    megabytes: Math.max(...all.map(({ megabytes }) => megabytes)),
    processor: Math.min(...all.map(({ processor }) => processor)),
    runs,
  };
}

type Run = Omit<Measured, 'runs'>;

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
  let used: Used | undefined;
  let stopped = false;
  const sampling = setInterval(() => {
    used = most(used, usedBy(pid));
  }, SAMPLE_MILLISECONDS);
  const timer = setTimeout(() => {
    stopped = true;
    process.kill(-pid, 'SIGKILL');
  }, timeoutSeconds * 1000);
  const code = await new Promise<number | null>((done) => child.once('exit', done));
  const seconds = (performance.now() - started) / 1000;
  clearInterval(sampling);
  clearTimeout(timer);
  const { megabytes = Number.NaN, processor = Number.NaN } = used ?? {};
  if (stopped) return { seconds: Number.POSITIVE_INFINITY, megabytes, processor };
  if (code !== 0) {
    throw new CannotRun(`${program} ${args.join(' ')} failed with ${code}\n${talk.slice(-2000)}`);
  }
  return { seconds, megabytes, processor };
}

type Used = Pick<Measured, 'megabytes' | 'processor'>;

/** A child that has ended takes its peak along, so the largest sample counts, not the last. */
function most(one: Used | undefined, other: Used | undefined): Used | undefined {
  if (!one || !other) return one ?? other;
  return {
    megabytes: Math.max(one.megabytes, other.megabytes),
    processor: Math.max(one.processor, other.processor),
  };
}

/** Peak memory of the largest of a process and its children, and the time of all; Linux only. */
function usedBy(pid: number): Used | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const ids = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ');
    const children = ids.filter(Boolean).flatMap((id) => usedBy(Number(id)) ?? []);
    const kilobytes = Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1]); // a process that ended has none
    if (Number.isNaN(kilobytes)) return undefined;
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // utime, stime, and both of the children that are gone; the kernel counts in hundredths.
    const own = fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / 100;
    return {
      megabytes: Math.max(kilobytes / 1024, ...children.map(({ megabytes }) => megabytes)),
      processor: children.reduce((sum, { processor }) => sum + processor, own),
    };
  } catch {
    return undefined; // gone, or not Linux
  }
}
