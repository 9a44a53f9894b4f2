import { Command } from 'commander';
import type { ExitCode, Io } from '../io.ts';
import { choice, type ProgramFlags, programOptions, workspaceOf } from '../program-options.ts';
import { GRAPH_FORMATS } from '../render/graph.ts';

interface GraphFlags extends ProgramFlags {
  readonly to?: string;
  readonly output?: string;
}

/** `keelson graph` */
export function graphCommand(io: Io, answer: (code: ExitCode) => void): Command {
  const formats = Object.keys(GRAPH_FORMATS);
  return programOptions(new Command('graph'))
    .description('show which service uses which')
    .option('--env <environment>', 'only this environment, and what it uses elsewhere')
    .option('--to <service>', 'only what depends on this service or host')
    .addOption(choice('--output <format>', 'how to print it (default: text)', formats))
    .addHelpText(
      'after',
      `
Examples:
  keelson graph --env prod                          who uses what in one environment
  keelson graph --to cache                          who feels it when the cache is down
  keelson graph --env prod --output svg > prod.svg  a picture for a wiki or a wall
  keelson graph --output mermaid                    for a Markdown page
  keelson graph --output dot                        for Graphviz`,
    )
    .action(async ({ output = 'text', to, ...flags }: GraphFlags) => {
      const { graph } = await import('../../operations/graph.ts');
      const found = await graph({ ...workspaceOf(io, flags), ...(to !== undefined && { to }) });
      const render = await GRAPH_FORMATS[output]?.();
      io.out(render?.(found) ?? '');
      answer(0);
    });
}
