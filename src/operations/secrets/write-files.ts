import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Writes all files beside their places first, so that a full disk leaves every old one. */
export function writeFiles(folder: string, files: ReadonlyMap<string, string>): void {
  const drafts = [...files].map(([path, text]) => {
    const file = join(folder, path);
    return { file, draft: `${file}.keelson-${process.pid}`, text };
  });
  try {
    for (const { draft, text } of drafts) {
      mkdirSync(dirname(draft), { recursive: true });
      writeFileSync(draft, text);
    }
    for (const { draft, file } of drafts) renameSync(draft, file);
  } finally {
    for (const { draft } of drafts) rmSync(draft, { force: true });
  }
}
