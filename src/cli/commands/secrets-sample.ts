import { Command } from 'commander';
import type { ExitCode, Io } from '../io.ts';
import { type ProgramFlags, programOptions, workspaceOf } from '../program-options.ts';

/** `keelson secrets sample` */
export function secretsSampleCommand(io: Io, answer: (code: ExitCode) => void): Command {
  return programOptions(new Command('sample'))
    .description('print a .env file to fill in, with a comment for every line')
    .option('--env <environment>', 'only this environment')
    .addHelpText(
      'after',
      `
Examples:
  keelson secrets sample > .env.sample          committed, for whoever comes next
  keelson secrets sample --env prod > .env      to fill in; Git must ignore it`,
    )
    .action(async (flags: ProgramFlags) => {
      const { sample } = await import('../../operations/secrets/sample.ts');
      io.out(await sample(workspaceOf(io, flags)));
      answer(0);
    });
}
