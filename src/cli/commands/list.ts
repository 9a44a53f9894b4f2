import { Command } from 'commander';
import type { ExitCode, Io } from '../io.ts';
import { choice, type ProgramFlags, programOptions, workspaceOf } from '../program-options.ts';

interface ListFlags extends ProgramFlags {
  readonly operators?: true;
  readonly output?: string;
}

/** `keelson list` */
export function listCommand(io: Io, answer: (code: ExitCode) => void): Command {
  return programOptions(new Command('list'))
    .description('show what runs where: environments, layers, services')
    .option('--env <environment>', 'only this environment')
    .option('--operators', 'who needs which operator, instead')
    .addOption(choice('--output <format>', 'how to print it (default: text)', ['text', 'json']))
    .addHelpText(
      'after',
      `
Examples:
  keelson list                 every platform, cluster, environment, layer and service
  keelson list --env staging   one environment
  keelson list --operators     what each cluster has for them, and in which version
  keelson list --output json   the same for a script`,
    )
    .action(async ({ operators, output, ...flags }: ListFlags) => {
      if (operators) {
        const { listOperators } = await import('../../operations/list-operators.ts');
        const { operatorsJson, operatorsText } = await import('../render/list-operators.ts');
        const found = await listOperators(workspaceOf(io, flags));
        io.out(output === 'json' ? operatorsJson(found) : operatorsText(found));
        answer(0);
        return;
      }
      const { list } = await import('../../operations/list.ts');
      const { listJson, listText } = await import('../render/list.ts');
      const clusters = await list(workspaceOf(io, flags));
      io.out(output === 'json' ? listJson(clusters) : listText(clusters));
      answer(0);
    });
}
