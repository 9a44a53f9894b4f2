/** Everything the commands know of the process they run in. Tests pass one of their own. */
export interface Io {
  /** Results. */
  readonly out: (text: string) => void;
  /** Talk: errors, progress, hints. */
  readonly err: (text: string) => void;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether stderr is a terminal: progress and colours only there. */
  readonly terminal: boolean;
  /** Shows what is being done, or that nothing is any more; absent where nobody watches. */
  readonly progress?: (what: string | undefined) => void;
}

/** 0 yes, 1 the answer is no, 2 could not answer. */
export type ExitCode = 0 | 1 | 2;

const CLEAR = '\r\u001B[K';
const LONG_RUN_MILLISECONDS = 300;

/** On a terminal, one line that says what takes so long; it is gone before anything else is said. */
export function withProgress(io: Io, longRun = LONG_RUN_MILLISECONDS): Io {
  if (!io.terminal) return io;
  const started = performance.now();
  let shown = false;
  const clear = (): void => {
    if (shown) io.err(CLEAR);
    shown = false;
  };
  const clearing = (write: (text: string) => void) => (text: string) => {
    clear();
    write(text);
  };
  const progress = (what: string | undefined): void => {
    clear();
    if (what === undefined || performance.now() - started < longRun) return;
    io.err(what);
    shown = true;
  };
  return { ...io, out: clearing(io.out), err: clearing(io.err), progress };
}
