import { Command } from 'commander';
import type { ExitCode, Io } from '../io.ts';
import { imagesCheckCommand } from './images-check.ts';
import { imagesListCommand } from './images-list.ts';
import { imagesSetCommand } from './images-set.ts';

/** `keelson images` */
export function imagesCommand(io: Io, answer: (code: ExitCode) => void): Command {
  const command = new Command('images')
    .description('list, pin and check what each environment runs')
    .addHelpText(
      'after',
      `
Examples:
  keelson images list        every image, and who runs it
  keelson images help set    how to pin one anew`,
    );
  for (const make of [imagesListCommand, imagesSetCommand, imagesCheckCommand]) {
    command.addCommand(make(io, answer));
  }
  return command;
}
