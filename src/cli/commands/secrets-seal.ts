import { Command } from 'commander';
import type { ExitCode, Io } from '../io.ts';
import { type ProgramFlags, programOptions, workspaceOf } from '../program-options.ts';
import { paintFor } from '../render/colour.ts';

interface SealFlags extends ProgramFlags {
  readonly env: string;
  readonly from: string;
  readonly cert?: string;
}

/** `keelson secrets seal` */
export function secretsSealCommand(io: Io, answer: (code: ExitCode) => void): Command {
  return programOptions(new Command('seal'))
    .description('encrypt the values of a .env file into secrets/, and generate what it lacks')
    .requiredOption('--env <environment>', 'the environment whose Secrets they are')
    .requiredOption('--from <file>', 'the .env file')
    .option('--cert <file>', "the cluster's sealing certificate, for sealed-secrets")
    .addHelpText(
      'after',
      `
Nothing is written when a value is wrong or missing. What is sealed already and not given again
stays as it is. Values are never printed, and never written but as ciphertext.

Examples:
  keelson secrets seal --env prod --from .env --cert sealing.pem   SealedSecrets
  keelson secrets seal --env prod --from .env                      SOPS, for the age keys of prod`,
    )
    .action(async ({ cert, from, ...flags }: SealFlags) => {
      const { seal } = await import('../../operations/secrets/seal.ts');
      const { sealText } = await import('../render/secrets-seal.ts');
      const result = await seal({
        ...workspaceOf(io, flags),
        environment: flags.env,
        from,
        now: new Date(),
        ...(cert !== undefined && { cert }),
      });
      for (const path of result.written) io.out(`${path}\n`);
      io.err(sealText(result, paintFor(io)));
      answer(result.faults.length > 0 ? 1 : 0);
    });
}
