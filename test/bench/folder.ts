import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CannotRun, cacheFolder } from '../tools.ts';

/** Below the repository, where programs find its node_modules; ignored by Git. */
export const benchFolder = join(cacheFolder, 'bench');

/** An empty folder of that name with these files. */
export function folderWith(name: string, files: Readonly<Record<string, string>>): string {
  const folder = join(benchFolder, name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

/** The files below a folder, by path relative to it. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
}

/** Deletes what a run wrote, so that every run starts from nothing. */
export function emptied(folder: string): () => void {
  return () => {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
  };
}

/** Remembers a tree, and says later whether anything in it was written, folders included. */
export function isUntouched(folder: string): () => boolean {
  const stamp = (): string => {
    const entries = ['', ...readdirSync(folder, { recursive: true, encoding: 'utf8' })];
    const stats = entries.map((entry) => statSync(join(folder, entry), { bigint: true }));
    return stats.map(({ ino, mtimeNs }) => `${ino} ${mtimeNs}`).join();
  };
  const before = stamp();
  return () => stamp() === before;
}

/** Refuses a time that was reached without the work. */
export function expecting(folder: string, kind: string, count: number): () => void {
  const line = new RegExp(`^kind: ${kind}$`, 'gm');
  return () => {
    const texts = filesBelow(folder).map((file) => readFileSync(join(folder, file), 'utf8'));
    const found = texts.reduce((sum, text) => sum + (text.match(line)?.length ?? 0), 0);
    if (found === count) return;
    throw new CannotRun(`${folder} holds ${found} objects of kind ${kind} instead of ${count}`);
  };
}
