import { relative, resolve } from 'node:path';
import { Command } from 'commander';
import type { ExitCode, Io } from '../io.ts';
import { version } from '../version.ts';

/** `keelson init` */
export function initCommand(io: Io, answer: (code: ExitCode) => void): Command {
  return new Command('init')
    .description('start a project that works at once')
    .argument('[folder]', 'where to start it (default: here)')
    .addHelpText(
      'after',
      `
Examples:
  keelson init               start in this folder; no file of yours is changed
  keelson init my-platform   start in a new one`,
    )
    .action(async (given: string | undefined) => {
      const { applyInit, initPlan, isInstalled } = await import('../../operations/init.ts');
      const folder = resolve(io.cwd, given ?? '.');
      const plan = initPlan(folder, version());
      applyInit(plan, folder);
      for (const path of plan.files.keys()) io.out(`wrote ${path}\n`);
      for (const path of plan.left) io.out(`left  ${path}, which was there\n`);
      io.err(nextSteps(relative(io.cwd, folder), isInstalled(folder)));
      answer(0);
    });
}

function nextSteps(folder: string, installed: boolean): string {
  const steps = [
    ...(folder === '' ? [] : [`cd ${/[^\w./-]/.test(folder) ? `'${folder}'` : folder}`]),
    ...(installed ? [] : ['npm install']),
    'npx keelson synth',
    'npx keelson list',
  ];
  return `\nNext:\n${steps.map((step) => `  ${step}\n`).join('')}`;
}
