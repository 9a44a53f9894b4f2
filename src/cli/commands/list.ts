import { Command } from 'commander';
import type { ExitCode, Io } from '../io.ts';
import { choice, type ProgramFlags, programOptions, workspaceOf } from '../program-options.ts';

interface ListFlags extends ProgramFlags {
  readonly output?: string;
}

/** `keelson list` */
export function listCommand(io: Io, answer: (code: ExitCode) => void): Command {
  return programOptions(new Command('list'))
    .description('show what runs where: environments, layers, services')
    .option('--env <environment>', 'only this environment')
    .addOption(choice('--output <format>', 'how to print it (default: text)', ['text', 'json']))
    .addHelpText(
      'after',
      `
Examples:
  keelson list                 every platform, cluster, environment, layer and service
  keelson list --env staging   one environment
  keelson list --output json   the same for a script`,
    )
    .action(async ({ output, ...flags }: ListFlags) => {
      const { list } = await import('../../operations/list.ts');
      const { listJson, listText } = await import('../render/list.ts');
      const clusters = await list(workspaceOf(io, flags));
      io.out(output === 'json' ? listJson(clusters) : listText(clusters));
      answer(0);
    });
}
