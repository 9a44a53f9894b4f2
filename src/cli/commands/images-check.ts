import { Command } from 'commander';
import type { ExitCode, Io } from '../io.ts';
import { type ProgramFlags, programOptions, workspaceOf } from '../program-options.ts';
import { checkText } from '../render/findings-text.ts';

/** `keelson images check` */
export function imagesCheckCommand(io: Io, answer: (code: ExitCode) => void): Command {
  return programOptions(new Command('check'))
    .description('look for images that are missing, unused, floating or wrongly marked')
    .option('--env <environment>', 'only this environment')
    .addHelpText(
      'after',
      `
The rules are those of \`keelson check\` whose names begin with 'image-'. Exits with 1 when one of
them has something to say, warnings included, and with 0 when all that is left is waived.

Examples:
  keelson images check               every environment
  keelson images check --env prod    one of them`,
    )
    .action(async (flags: ProgramFlags) => {
      const { checkImages } = await import('../../operations/images/check-images.ts');
      const { check, missing } = await checkImages(workspaceOf(io, flags));
      if (missing) {
        io.out(`${missing.message}\nhint: ${missing.hint}\n`);
        return answer(1);
      }
      io.out(checkText(check));
      const findings = check.environments.flatMap((each) => each.findings);
      answer(findings.some(({ severity }) => severity !== 'waived') ? 1 : 0);
    });
}
