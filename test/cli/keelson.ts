import type { ExitCode, Io } from '../../src/cli/io.ts';
import { run } from '../../src/cli/run.ts';

export interface Where {
  readonly folder?: string;
  readonly env?: Io['env'];
  readonly terminal?: boolean;
}

export interface Said {
  readonly code: ExitCode;
  readonly out: string;
  readonly err: string;
}

/** Runs one command line in this process: `await keelson('list --env prod', { folder })`. */
export async function keelson(args: string | readonly string[], where: Where = {}): Promise<Said> {
  const { env = {}, folder = '/nowhere', terminal = false } = where;
  const said = { out: '', err: '' };
  const code = await run(typeof args === 'string' ? args.split(' ').filter(Boolean) : args, {
    out: (text) => {
      said.out += text;
    },
    err: (text) => {
      said.err += text;
    },
    cwd: folder,
    env,
    terminal,
  });
  return { code, ...said };
}
