import { resolve } from 'node:path';
import { Command } from 'commander';
import type { ExitCode, Io } from '../io.ts';

interface ImportFlags {
  readonly out?: string;
}

/** `keelson import` */
export function importCommand(io: Io, answer: (code: ExitCode) => void): Command {
  return new Command('import')
    .description('make types and schemas for custom resources of your own')
    .argument('<file-or-folder...>', 'where the CustomResourceDefinitions are')
    .option('-o, --out <folder>', 'where to write (default: imports, where synth looks)')
    .addHelpText(
      'after',
      `
Examples:
  keelson import crds/                       every CRD of a folder
  keelson import widgets.yaml gadgets.yaml   those of some files
  keelson import crds/ --out /tmp/new        write somewhere else, to compare`,
    )
    .action(async (sources: readonly string[], { out = 'imports' }: ImportFlags) => {
      const { applyImport, importCrds } = await import('../../operations/import/import-crds.ts');
      const folder = resolve(io.cwd, out);
      const files = sources.map((source) => resolve(io.cwd, source));
      const plan = importCrds({ sources: files, out: folder });
      const changed = applyImport(plan, folder);
      for (const { apiVersion, kind } of plan.kinds) io.out(`${apiVersion} ${kind}\n`);
      const other = plan.skipped > 0 ? `, ${plan.skipped} other documents left alone` : '';
      io.err(`${out}: ${plan.kinds.length} kinds, ${changed.length} files written${other}\n`);
      answer(0);
    });
}
