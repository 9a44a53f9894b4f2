import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HEADER } from '../../src/output/read.ts';

/** Two trees of 300 files that share some files, differ in others, and lack some of each other. */
export function treeOf(letter: string): Map<string, string> {
  const files = new Map<string, string>();
  for (let i = 0; i < 300; i += 1) {
    const text = i % 3 === 0 ? 'both' : letter;
    const name = i % 10 === 1 ? `only-${letter}-${i}` : `file-${i}`;
    files.set(`cluster/env-${i % 7}/layer-${i % 4}/${name}.yaml`, `${HEADER}\nvalue: ${text}\n`);
  }
  return files;
}

/** The files of a folder as they are on disk, read without any of the code under test. */
export function filesIn(folder: string): Map<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => !entry.isDirectory());
  return new Map(
    files.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [path.slice(folder.length + 1), readFileSync(path, 'utf8')];
    }),
  );
}

/** Which tree a folder holds to the last byte: `A`, `B`, or neither. */
export function wholeTreeAt(out: string): string | undefined {
  const found = JSON.stringify(sorted(filesIn(out)));
  return ['A', 'B'].find((letter) => WHOLE.get(letter) === found);
}

function sorted(files: Map<string, string>): [string, string][] {
  return [...files].sort(([a], [b]) => (a < b ? -1 : 1));
}

const WHOLE = new Map(['A', 'B'].map((letter) => [letter, JSON.stringify(sorted(treeOf(letter)))]));
