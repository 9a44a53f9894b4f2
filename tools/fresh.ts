import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Fails when the committed dist/ is not what the program gives today; new and orphaned files count. */
const folder = mkdtempSync(join(tmpdir(), 'keelson-fresh-'));
try {
  const fresh = join(folder, 'dist');
  execFileSync('node', ['lib/src/cli/bin.js', 'synth', '--out', fresh], { stdio: 'inherit' });
  const differences = compare(treeOf('dist'), treeOf(fresh));
  for (const difference of differences) console.error(difference);
  if (differences.length > 0) {
    console.error('dist/ is stale; run `make synth` and commit what it changes');
    process.exitCode = 1;
  } else {
    console.log('dist/ is fresh');
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function treeOf(root: string): Map<string, string> {
  const entries = readdirSync(root, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const paths = files.map((entry) => join(entry.parentPath, entry.name));
  return new Map(paths.map((path) => [path.slice(root.length + 1), readFileSync(path, 'utf8')]));
}

function compare(committed: Map<string, string>, fresh: Map<string, string>): string[] {
  const all = [...new Set([...committed.keys(), ...fresh.keys()])].sort();
  return all.flatMap((path) => {
    if (!fresh.has(path)) return [`dist/${path}: orphaned, the program no longer writes it`];
    if (!committed.has(path)) return [`dist/${path}: missing`];
    return committed.get(path) === fresh.get(path) ? [] : [`dist/${path}: differs`];
  });
}
