import { Command } from 'commander';
import type { ExitCode, Io } from '../io.ts';
import { choice, type ProgramFlags, programOptions, workspaceOf } from '../program-options.ts';

interface ImagesListFlags extends ProgramFlags {
  readonly output?: string;
}

/** `keelson images list` */
export function imagesListCommand(io: Io, answer: (code: ExitCode) => void): Command {
  return programOptions(new Command('list'))
    .description('show every image: repository, tag, digest, who runs it, who may move it')
    .option('--env <environment>', 'only this environment')
    .addOption(choice('--output <format>', 'how to print it (default: text)', ['text', 'json']))
    .addHelpText(
      'after',
      `
Examples:
  keelson images list               every environment
  keelson images list --env prod    one of them
  keelson images list --output json the same for a script`,
    )
    .action(async ({ output, ...flags }: ImagesListFlags) => {
      const { listImages } = await import('../../operations/images/inventory.ts');
      const { imagesJson, imagesText } = await import('../render/images-list.ts');
      const environments = await listImages(workspaceOf(io, flags));
      io.out(output === 'json' ? imagesJson(environments) : imagesText(environments));
      answer(0);
    });
}
