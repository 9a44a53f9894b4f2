import { Command, CommanderError } from 'commander';
import { synthCommand } from './commands/synth.ts';
import type { ExitCode, Io } from './io.ts';
import { errorText } from './render/error.ts';
import { version } from './version.ts';

/** Runs one command line. Nothing here ends the process. */
export async function run(args: readonly string[], io: Io): Promise<ExitCode> {
  let code: ExitCode = 0;
  const answer = (given: ExitCode): void => {
    code = given;
  };
  const program = keelson(io, answer);
  try {
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    io.err(errorText(error));
    return 2;
  }
}

function keelson(io: Io, answer: (code: ExitCode) => void): Command {
  const program = new Command('keelson')
    .description('Describe the platform once; get checked YAML for every environment.')
    .version(version(), '-v, --version')
    .exitOverride()
    .configureOutput({ writeOut: io.out, writeErr: io.err })
    .showHelpAfterError('run with --help to see what there is');
  for (const make of [synthCommand]) {
    program.addCommand(make(io, answer).copyInheritedSettings(program));
  }
  return program;
}
