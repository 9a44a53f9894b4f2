import { Command } from 'commander';
import type { ExitCode, Io } from '../io.ts';
import { secretsListCommand } from './secrets-list.ts';
import { secretsRunbookCommand } from './secrets-runbook.ts';
import { secretsSampleCommand } from './secrets-sample.ts';
import { secretsSealCommand } from './secrets-seal.ts';

/** `keelson secrets` */
export function secretsCommand(io: Io, answer: (code: ExitCode) => void): Command {
  const command = new Command('secrets')
    .description('list what is secret, and seal values for Git')
    .addHelpText(
      'after',
      `
Examples:
  keelson secrets list           every Secret, who reads it, where it is kept
  keelson secrets sample > .env  a file to fill in; Git must ignore it`,
    );
  const commands = [
    secretsListCommand,
    secretsRunbookCommand,
    secretsSampleCommand,
    secretsSealCommand,
  ];
  for (const make of commands) command.addCommand(make(io, answer));
  return command;
}
