import { Command } from 'commander';
import type { ExitCode, Io } from '../io.ts';
import { type ProgramFlags, programOptions, workspaceOf } from '../program-options.ts';

/** `keelson secrets runbook` */
export function secretsRunbookCommand(io: Io, answer: (code: ExitCode) => void): Command {
  return programOptions(new Command('runbook'))
    .description('how to rotate each Secret, and who rolls then, as a page in Markdown')
    .option('--env <environment>', 'only this environment')
    .addHelpText(
      'after',
      `
Examples:
  keelson secrets runbook --env prod           what to do when a password has leaked
  keelson secrets runbook > docs/rotating.md   a page for whoever is on call`,
    )
    .action(async (flags: ProgramFlags) => {
      const { runbook } = await import('../../operations/secrets/runbook.ts');
      io.out(await runbook(workspaceOf(io, flags)));
      answer(0);
    });
}
