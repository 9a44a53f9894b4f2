import { join } from 'node:path';
import type { JsonSchema } from '../../src/core/schema.ts';
import type { CustomSchema } from '../../src/operations/import/crd.ts';
import { parseKindIndex } from '../../src/operations/import/kind-index.ts';
import { layout } from '../../src/operations/import/layout.ts';
import { readFiles } from './files.ts';
import { planTypes } from './plan.ts';
import { newest } from './sources.ts';

/** The folder `imports/` of this repository. */
export const IMPORTS = join(import.meta.dirname, '..', '..', 'imports');

/** What `make imports` owns in that folder; the rest is written by hand. */
export const GENERATED = /^([^/]+\.ts|schemas\/.*)$/;

/** The files that `make imports` wrote last, by path. */
export function committedFiles(): Map<string, string> {
  return readFiles(IMPORTS, GENERATED);
}

/** The custom kinds among them, sorted by group and kind. */
export function committedSchemas(files = committedFiles()): readonly CustomSchema[] {
  return [...files]
    .filter(([path]) => path.startsWith('schemas/custom/'))
    .map(([, text]) => JSON.parse(text) as CustomSchema);
}

/** The TypeScript files that follow from the schema files. */
export function typesOfCommitted(files = committedFiles()): Map<string, string> {
  const core = JSON.parse(files.get(layout.coreDefinitions(newest)) ?? '{}') as JsonSchema;
  const { core: scopes } = parseKindIndex(files.get(layout.index) ?? '{}');
  return planTypes(core.definitions ?? {}, scopes, committedSchemas(files));
}
