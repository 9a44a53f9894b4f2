import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Fails when a golden is mentioned by no test: vitest never notices, and nobody would miss what it shows. */
const [goldens = 'test/golden', tests = 'test'] = process.argv.slice(2);
const orphans = orphansOf(goldens, mentionsIn(tests));
for (const orphan of orphans) console.error(`${orphan}: no test mentions it; delete it`);
if (orphans.length > 0) process.exitCode = 1;
else console.log(`every golden in ${goldens} has its test`);

/** By service: the text of the tests that write goldens into its folder. */
function mentionsIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => readFileSync(join(folder, file), 'utf8'));
}

/** A golden belongs to a test that names its folder, and its name as a string or behind a common beginning. */
function orphansOf(folder: string, texts: readonly string[]): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.yaml'))
    .sort()
    .filter((file) => {
      const [service = '', name = ''] = file.replace(/\.yaml$/, '').split('/');
      return !texts.some((text) => text.includes(`golden/${service}/`) && names(text, name));
    })
    .map((file) => join(folder, file));
}

function names(text: string, golden: string): boolean {
  if (text.includes(`'${golden}'`) || text.includes(`/${golden}.yaml`)) return true;
  const computed = [...text.matchAll(/\/([a-z0-9-]+)\$\{\w+\}\.yaml/g)].map(([, start]) => start);
  return computed.some((start) => {
    if (start === undefined || !golden.startsWith(start)) return false;
    return text.includes(`'${golden.slice(start.length)}'`);
  });
}
