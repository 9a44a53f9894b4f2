import { Argument, Command } from 'commander';
import type { ExitCode, Io } from '../io.ts';
import { type ProgramFlags, programOptions, workspaceOf } from '../program-options.ts';

interface SetFlags extends ProgramFlags {
  readonly env: string;
  readonly digest?: string;
}

/** `keelson images set` */
export function imagesSetCommand(io: Io, answer: (code: ExitCode) => void): Command {
  return programOptions(new Command('set'))
    .description('pin one image anew in the lock; every other line stays as it is')
    .addArgument(new Argument('<name>', 'the name in the lock'))
    .addArgument(new Argument('<version>', 'its tag, or tag@sha256:…'))
    .requiredOption('--env <environment>', 'the environment that is to run it')
    .option('--digest <digest>', 'its digest, where it does not stand behind the tag')
    .addHelpText(
      'after',
      `
A digest belongs to one tag: a new tag without one leaves the image without a digest, which
production refuses. Run \`keelson synth\` afterwards.

Examples:
  keelson images set web 1.4.2 --env staging             a tag
  keelson images set web 1.4.2@sha256:… --env prod       a tag and its digest`,
    )
    .action(async (name: string, version: string, { digest, ...flags }: SetFlags) => {
      const { setImage } = await import('../../operations/images/set-image.ts');
      const { setText } = await import('../render/images-set.ts');
      const options = { ...workspaceOf(io, flags), environment: flags.env, name, version };
      const results = await setImage({ ...options, ...(digest !== undefined && { digest }) });
      for (const { file } of results) io.out(`${file}\n`);
      io.err(setText(name, results));
      answer(0);
    });
}
