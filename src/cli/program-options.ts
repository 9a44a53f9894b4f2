import { type Command, Option } from 'commander';
import { KeelsonError } from '../core/errors.ts';
import { suggest } from '../core/names.ts';
import type { WorkspaceOptions } from '../operations/workspace.ts';
import type { Io } from './io.ts';

/** The flags of every command that runs the program. */
export interface ProgramFlags {
  readonly program?: string;
  readonly platform?: string;
  readonly cluster?: string;
  readonly env?: string;
  readonly timeout?: number;
}

export function programOptions(command: Command): Command {
  return command
    .option('-p, --program <file>', 'the program (default: charts/main.ts)')
    .option('--platform <name>', 'only this platform')
    .option('--cluster <name>', 'only this cluster')
    .option('--timeout <seconds>', 'how long the program may run (default: 60)', seconds);
}

/** A flag that takes one of a few words: the help and the shell's completion list them. */
export function choice(flags: string, description: string, words: readonly string[]): Option {
  const option = new Option(flags, description).choices(words);
  return option.argParser((given: string) => {
    if (words.includes(given)) return given;
    throw new KeelsonError(`--${option.name()}`, 'usage/unknown-choice', {
      message: `'${given}' is not one of the choices`,
      hint: suggest('choices', given, words),
    });
  });
}

export function workspaceOf(io: Io, flags: ProgramFlags): WorkspaceOptions {
  const { program = 'charts/main.ts', platform, cluster, env, timeout = 60 } = flags;
  return {
    folder: io.cwd,
    program,
    timeoutSeconds: timeout,
    ...(platform !== undefined && { platform }),
    ...(cluster !== undefined && { cluster }),
    ...(env !== undefined && { environment: env }),
    ...(io.progress && { progress: io.progress }),
  };
}

const LONGEST_SECONDS = 86_400;

function seconds(given: string): number {
  const value = Number(given);
  if (value >= 0.001 && value <= LONGEST_SECONDS) return value;
  throw new KeelsonError('--timeout', 'usage/bad-timeout', {
    message: `must be a number of seconds above 0, at most ${LONGEST_SECONDS}, got '${given}'`,
    hint: 'such as --timeout 120',
  });
}
