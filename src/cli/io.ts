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
}

/** 0 yes, 1 the answer is no, 2 could not answer. */
export type ExitCode = 0 | 1 | 2;
