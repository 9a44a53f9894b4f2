/** Deep enough to reach the user's line through the constructors of a service. */
const FRAMES = 50;

/** Runs code of the program so that it can neither end the command nor print between its results. */
export function contained<T>(work: () => T): T {
  const { stackTraceLimit } = Error;
  const { exit, stderr, stdout } = process;
  const { write } = stdout;
  Error.stackTraceLimit = FRAMES;
  process.exit = refuseExit;
  stdout.write = stderr.write.bind(stderr);
  try {
    return work();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
    process.exit = exit;
    stdout.write = write;
  }
}

function refuseExit(): never {
  throw new Error('the program called process.exit, which would end the command without an answer');
}

/**
 * What the program started and nobody waits for: lets its promises fail now, before anything is
 * written. Undefined when none did.
 */
export async function strayFailure(): Promise<{ readonly error: unknown } | undefined> {
  let found: { readonly error: unknown } | undefined;
  const note = (error: unknown): void => {
    found ??= { error };
  };
  process.on('unhandledRejection', note).on('uncaughtException', note);
  try {
    await new Promise((done) => setImmediate(done));
    return found;
  } finally {
    process.off('unhandledRejection', note).off('uncaughtException', note);
  }
}
