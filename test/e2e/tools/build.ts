import { readdir } from 'node:fs/promises';
import { CannotRun, goTool, toolsFolder } from '../../tools.ts';

/** `npx tsx test/e2e/tools/build.ts [name…]`: builds the named tools, or all of them, one after the other. */
async function main(names: readonly string[]): Promise<void> {
  const folders = await readdir(toolsFolder, { withFileTypes: true });
  const all = folders.flatMap((entry) => (entry.isDirectory() ? entry.name : []));
  for (const name of names.length > 0 ? names : all.sort()) {
    await goTool(name, { log: (line) => console.error(line) });
    console.log(`${name} is built`);
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  if (!(error instanceof CannotRun)) throw error;
  console.error(`error: ${error.message}`);
  process.exitCode = 2;
});
