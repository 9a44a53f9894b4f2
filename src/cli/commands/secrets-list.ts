import { Command } from 'commander';
import type { ExitCode, Io } from '../io.ts';
import { choice, type ProgramFlags, programOptions, workspaceOf } from '../program-options.ts';
import { paintFor } from '../render/colour.ts';

interface SecretsListFlags extends ProgramFlags {
  readonly output?: string;
}

/** `keelson secrets list` */
export function secretsListCommand(io: Io, answer: (code: ExitCode) => void): Command {
  return programOptions(new Command('list'))
    .description('show every Secret: its keys, owner, readers, and how each value comes to be')
    .option('--env <environment>', 'only this environment')
    .addOption(choice('--output <format>', 'how to print it (default: text)', ['text', 'json']))
    .addHelpText(
      'after',
      `
Exits with 1 when a Secret is missing or cannot reach its reader.

Examples:
  keelson secrets list               every environment
  keelson secrets list --env prod    one of them
  keelson secrets list --output json the same for a script`,
    )
    .action(async ({ output, ...flags }: SecretsListFlags) => {
      const { inventory } = await import('../../operations/secrets/inventory.ts');
      const { secretsJson, secretsText } = await import('../render/secrets-list.ts');
      const { findingsText } = await import('../render/findings-text.ts');
      const { check, environments } = await inventory(workspaceOf(io, flags));
      io.out(output === 'json' ? secretsJson(environments) : secretsText(environments, new Date()));
      io.err(findingsText(check, paintFor(io)));
      const findings = check.environments.flatMap((each) => each.findings);
      answer(findings.some(({ severity }) => severity === 'error') ? 1 : 0);
    });
}
