import { Argument, Command } from 'commander';
import { KeelsonError } from '../../core/errors.ts';
import { suggest } from '../../core/names.ts';
import type { ExitCode, Io } from '../io.ts';
import { SHELLS, wordsOf } from '../render/completion.ts';

/** `keelson completion` */
export function completionCommand(io: Io, answer: (code: ExitCode) => void): Command {
  const shells = Object.keys(SHELLS);
  const shell = new Argument('<shell>', 'the shell to print it for').choices(shells);
  return new Command('completion')
    .description('print what lets a shell complete commands and options')
    .addArgument(
      shell.argParser((given: string) => {
        if (shells.includes(given)) return given;
        throw new KeelsonError('keelson completion', 'usage/unknown-choice', {
          message: `there is no completion for '${given}'`,
          hint: suggest('shells', given, shells),
        });
      }),
    )
    .addHelpText(
      'after',
      `
Examples:
  source <(keelson completion bash)    in ~/.bashrc
  source <(keelson completion zsh)     in ~/.zshrc, after compinit
  keelson completion fish | source     in ~/.config/fish/config.fish`,
    )
    .action(async (name: string, _flags: unknown, command: Command) => {
      const render = await SHELLS[name]?.();
      io.out(render?.(wordsOf(command.parent ?? command)) ?? '');
      answer(0);
    });
}
