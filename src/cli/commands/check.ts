import { Command } from 'commander';
import type { ExitCode, Io } from '../io.ts';
import { choice, type ProgramFlags, programOptions, workspaceOf } from '../program-options.ts';
import { FINDINGS_FORMATS } from '../render/findings.ts';

interface CheckFlags extends ProgramFlags {
  readonly output?: string;
  readonly strict?: boolean;
}

/** `keelson check` */
export function checkCommand(io: Io, answer: (code: ExitCode) => void): Command {
  const formats = Object.keys(FINDINGS_FORMATS);
  return programOptions(new Command('check'))
    .description('look for mistakes in what would be written')
    .option('--env <environment>', 'only this environment')
    .option('--strict', 'let warnings count as errors do')
    .addOption(choice('--output <format>', 'how to print it (default: text)', formats))
    .addHelpText(
      'after',
      `
Exits with 0 when there are no errors, with 1 when there are, with 2 when it could not look.

Examples:
  keelson check                               every rule, on every environment
  keelson check --env prod --strict           one environment, and warnings count
  keelson check --output sarif > check.sarif  for the code scanning of GitHub or GitLab`,
    )
    .action(async ({ output = 'text', strict = false, ...flags }: CheckFlags) => {
      const { check } = await import('../../operations/check.ts');
      const result = await check(workspaceOf(io, flags));
      io.out(FINDINGS_FORMATS[output]?.(result) ?? '');
      const findings = result.environments.flatMap((each) => each.findings);
      answer(
        findings.some(({ severity }) => severity === 'error' || (strict && severity === 'warning'))
          ? 1
          : 0,
      );
    });
}
