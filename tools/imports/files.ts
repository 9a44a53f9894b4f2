import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

/** The text of all files below a folder whose path matches, by path from there. */
export function readFiles(folder: string, wanted: RegExp): Map<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => wanted.test(path))
    .sort();
  return new Map(files.map((path) => [path, readFileSync(join(folder, path), 'utf8')]));
}

/** How files differ from what they should be, one line each. */
export function differences(
  actual: ReadonlyMap<string, string>,
  expected: ReadonlyMap<string, string>,
): readonly string[] {
  const paths = [...new Set([...actual.keys(), ...expected.keys()])].sort();
  return paths.flatMap((path) => {
    if (!actual.has(path)) return `missing  ${path}`;
    if (!expected.has(path)) return `orphan   ${path}`;
    return actual.get(path) === expected.get(path) ? [] : `differs  ${path}`;
  });
}

/** Makes the matching files below a folder be exactly the given ones; what is right already stays untouched. */
export function replaceFiles(
  folder: string,
  files: ReadonlyMap<string, string>,
  owned: RegExp,
): readonly string[] {
  mkdirSync(folder, { recursive: true });
  const before = readFiles(folder, owned);
  for (const path of before.keys()) if (!files.has(path)) rmSync(join(folder, path));
  for (const [path, text] of files) {
    if (before.get(path) === text) continue;
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return differences(before, files);
}
