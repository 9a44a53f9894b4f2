import type { Command } from 'commander';
import type { WorkspaceOptions } from '../operations/workspace.ts';
import type { Io } from './io.ts';

/** The flags of every command that runs the program. */
export interface ProgramFlags {
  readonly program?: string;
  readonly platform?: string;
  readonly cluster?: string;
  readonly env?: string;
  readonly timeout?: string;
}

export function programOptions(command: Command): Command {
  return command
    .option('-p, --program <file>', 'the program (default: charts/main.ts)')
    .option('--platform <name>', 'only this platform')
    .option('--cluster <name>', 'only this cluster')
    .option('--timeout <seconds>', 'how long the program may run (default: 60)');
}

export function workspaceOf(io: Io, flags: ProgramFlags): WorkspaceOptions {
  const { program = 'charts/main.ts', platform, cluster, env, timeout = '60' } = flags;
  return {
    folder: io.cwd,
    program,
    timeoutSeconds: Number(timeout),
    ...(platform !== undefined && { platform }),
    ...(cluster !== undefined && { cluster }),
    ...(env !== undefined && { environment: env }),
    ...(io.terminal && { progress: (what: string) => io.err(`\r\u001B[K${what}`) }),
  };
}
