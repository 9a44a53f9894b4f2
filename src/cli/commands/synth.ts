import { Command } from 'commander';
import type { ExitCode, Io } from '../io.ts';
import { type ProgramFlags, programOptions, workspaceOf } from '../program-options.ts';
import { paintFor } from '../render/colour.ts';
import { findingsText } from '../render/findings-text.ts';

interface SynthFlags extends ProgramFlags {
  readonly out?: string;
  readonly only?: string;
}

/** `keelson synth` */
export function synthCommand(io: Io, answer: (code: ExitCode) => void): Command {
  return programOptions(new Command('synth'))
    .description('write the YAML of every environment')
    .option('-o, --out <folder>', 'where to write (default: dist)')
    .option('--only <environment>', 'write one environment, leave the rest as it is')
    .addHelpText(
      'after',
      `
Examples:
  keelson synth                  write dist/ for every platform, cluster and environment
  keelson synth --only staging   compose everything, write staging
  keelson synth --out /tmp/new   write somewhere else, to compare`,
    )
    .action(async (flags: SynthFlags) => {
      const { synth } = await import('../../operations/synth.ts');
      const out = flags.out ?? io.env['CDK8S_OUTDIR'] ?? 'dist';
      const { only, ...rest } = flags;
      const result = await synth({
        ...workspaceOf(io, { ...rest, ...(only !== undefined && { env: only }) }),
        out,
      });
      const { resultOf } = await import('../../operations/check.ts');
      const found = findingsText(resultOf(result.clusters), paintFor(io));
      if (found !== '') io.err(found);
      if (!result.written) {
        io.err(`${out}: left as it was, because of the errors\n`);
        return answer(1);
      }
      const { foreign, removed, unchanged, written } = result.written;
      io.err(
        `${out}: ${written.length} written, ${removed.length} removed, ${unchanged.length} unchanged\n`,
      );
      if (result.leftStale.length > 0) {
        io.err(`${out}: ${result.leftStale.length} others would change too; run without --only\n`);
      }
      for (const path of foreign) io.err(`${out}/${path}: not written by keelson, left alone\n`);
    });
}
