import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { KeelsonError } from '../../core/errors.ts';
import { type ImportPlan, planImport } from './plan-import.ts';

export interface ImportOptions {
  /** Files, or folders whose YAML and JSON files are all read. */
  readonly sources: readonly string[];

  /** The folder that holds generated types, usually the project's `imports`. */
  readonly out: string;
}

/** Reads CRDs and works out what importing them would write; nothing is written yet. */
export function importCrds({ sources, out }: ImportOptions): ImportPlan {
  const files = sources.flatMap(filesAt);
  return planImport({
    sources: new Map(files.map((file) => [file, readFileSync(file, 'utf8')])),
    existing: (path) => textOf(join(out, path)),
  });
}

/** Writes what a plan says; answers with the paths that changed. */
export function applyImport(plan: ImportPlan, out: string): readonly string[] {
  const changed = [...plan.files].filter(([path, text]) => textOf(join(out, path)) !== text);
  for (const [path, text] of changed) {
    const file = join(out, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(`${file}.tmp`, text);
    renameSync(`${file}.tmp`, file); // a reader sees the old file or the new one, never half of it
  }
  return changed.map(([path]) => path);
}

function filesAt(source: string): readonly string[] {
  if (!existsSync(source)) {
    throw new KeelsonError('import', 'import/no-such-file', {
      message: `there is no file or folder '${source}'`,
      hint: 'give the path of a file with CRDs, or of a folder of such files',
    });
  }
  if (!statSync(source).isDirectory()) return [source];
  return readdirSync(source, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ya?ml|json)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

function textOf(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}
