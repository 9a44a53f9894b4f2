import { Command, CommanderError } from 'commander';
import { checkCommand } from './commands/check.ts';
import { completionCommand } from './commands/completion.ts';
import { graphCommand } from './commands/graph.ts';
import { imagesCommand } from './commands/images.ts';
import { importCommand } from './commands/import.ts';
import { initCommand } from './commands/init.ts';
import { listCommand } from './commands/list.ts';
import { secretsCommand } from './commands/secrets.ts';
import { synthCommand } from './commands/synth.ts';
import { type ExitCode, type Io, withProgress } from './io.ts';
import { paintFor } from './render/colour.ts';
import { errorText } from './render/error.ts';
import { usageError } from './usage.ts';
import { version } from './version.ts';

/** In the order in which the help shows them. */
const COMMANDS = [
  initCommand,
  synthCommand,
  checkCommand,
  listCommand,
  graphCommand,
  imagesCommand,
  secretsCommand,
  importCommand,
  completionCommand,
];

/** Runs one command line. Nothing here ends the process. */
export async function run(args: readonly string[], given: Io): Promise<ExitCode> {
  const io = withProgress(given);
  let code: ExitCode = 0;
  const program = commandLine(io, (answer) => {
    code = answer;
  });
  try {
    const asked = groupAlone(program, args);
    if (asked) asked.outputHelp();
    else await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return 0; // the help or the version, which was shown
    const { lineOf } = await import('../operations/position.ts');
    io.err(errorText(error, paintFor(io), lineOf(error)));
    return 2;
  } finally {
    io.progress?.(undefined);
  }
}

/** `keelson`, or `keelson secrets`: whoever types no more wants to see what there is. */
function groupAlone(program: Command, args: readonly string[]): Command | undefined {
  if (args.length === 0) return program;
  const group = program.commands.find((each) => each.name() === args[0]);
  return args.length === 1 && group && group.commands.length > 0 ? group : undefined;
}

/** Every command, its options and its help, as commander sees them. */
export function commandLine(io: Io, answer: (code: ExitCode) => void): Command {
  const program = new Command('keelson')
    .description('Describe the platform once; get checked YAML for every environment.')
    .version(version(), '-v, --version', 'show the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [command]', 'show help for a command')
    .configureOutput({
      writeOut: io.out,
      writeErr: () => undefined, // what is wrong is said by errorText
      getOutHelpWidth: () => HELP_WIDTH,
    })
    .addHelpText('after', EXAMPLES);
  for (const make of COMMANDS) {
    const command = make(io, answer).copyInheritedSettings(program);
    for (const part of command.commands) part.copyInheritedSettings(command);
    program.addCommand(command);
  }
  const all = [program, ...program.commands, ...program.commands.flatMap((each) => each.commands)];
  for (const command of all) {
    command.exitOverride((error) => {
      throw error.exitCode === 0 ? error : usageError(command, error);
    });
  }
  return program;
}

const HELP_WIDTH = 100;

const EXAMPLES = `
Examples:
  keelson init my-platform   start a project that works at once
  keelson synth              write the YAML of every environment
  keelson help synth         show what a command takes`;
