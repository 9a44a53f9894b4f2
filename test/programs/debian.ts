import { spawnSync } from 'node:child_process';
import { describe } from 'vitest';

/** Whether a program can be started here. */
export function hasProgram(program: string): boolean {
  return spawnSync('sh', ['-c', `command -v "${program}"`]).status === 0;
}

/**
 * Tests that need programs. Where one is missing they are skipped, each of them counted and named by
 * vitest; the title says which package brings it.
 */
export function describeWith(programs: readonly string[], title: string, tests: () => void): void {
  const missing = programs.filter((program) => !hasProgram(program));
  if (missing.length === 0) describe(title, tests);
  else describe.skip(`${title} (not here: ${missing.join(', ')})`, tests);
}
