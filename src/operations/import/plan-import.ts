import { KeelsonError } from '../../core/errors.ts';
import { type CustomSchema, schemaOf } from './crd.ts';
import { customSchemaFiles, groupFiles, identityOf } from './custom-files.ts';
import { compare } from './json.ts';
import { parseKindIndex, printKindIndex } from './kind-index.ts';
import { layout } from './layout.ts';
import { readCrds } from './read-crds.ts';

/** What an import will write, and what it found. */
export interface ImportPlan {
  /** Text by path, relative to the folder that is imported into. */
  readonly files: ReadonlyMap<string, string>;

  /** The kinds that were found. */
  readonly kinds: readonly { readonly apiVersion: string; readonly kind: string }[];

  /** How many documents were no CRDs. */
  readonly skipped: number;
}

export interface ImportInput {
  /** The text of each file to import, by the name that errors call it. */
  readonly sources: ReadonlyMap<string, string>;

  /** The text of what earlier imports wrote, or nothing. */
  readonly existing: (path: string) => string | undefined;
}

/** Works out the types and schemas for the CRDs of some files, together with those imported before. */
export function planImport({ sources, existing }: ImportInput): ImportPlan {
  const read = [...sources].map(([file, text]) => readCrds(file, text, baseName(file)));
  const skipped = read.reduce((sum, file) => sum + file.skipped, 0);
  const imported = new Map(
    read.flatMap(({ crds }) => crds.map(schemaOf)).map((schema) => [pathOf(schema), schema]),
  );
  if (imported.size === 0) {
    throw new KeelsonError('import', 'import/no-crds', {
      message: `there is no CustomResourceDefinition in ${[...sources.keys()].join(', ') || 'no files'}`,
      hint: 'name the file or folder that holds the CRDs, such as a chart’s `crds/`',
    });
  }

  const index = parseKindIndex(existing(layout.index) ?? '{}');
  const kinds = [...imported.values()].map(identityOf);
  const custom = new Map(index.custom);
  for (const { apiVersion, kind, scope } of kinds) custom.set(`${apiVersion}/${kind}`, scope);

  const groups = new Set([...imported.values()].map((schema) => schema['x-keelson-crd'].group));
  const earlier = [...index.custom.keys()]
    .filter((key) => groups.has(key.split('/')[0] ?? ''))
    .map(customPath)
    .filter((path) => !imported.has(path))
    .flatMap((path) => existing(path) ?? [])
    .map((text) => JSON.parse(text) as CustomSchema);
  const all = [...imported.values(), ...earlier].sort((a, b) => compare(pathOf(a), pathOf(b)));

  const files = new Map([
    ...groupFiles(all, { command: 'keelson import', metadataFrom: 'keelson/imports/k8s' }),
    ...customSchemaFiles([...imported.values()]),
    [layout.index, printKindIndex({ core: index.core, custom })] as const,
  ]);
  return { files, kinds: kinds.map(({ apiVersion, kind }) => ({ apiVersion, kind })), skipped };
}

function pathOf(schema: CustomSchema): string {
  const { apiVersion, kind } = identityOf(schema);
  return layout.customKind(apiVersion, kind);
}

/** `group/version/Kind` → where its schema stands. */
function customPath(key: string): string {
  const [group, version, kind = ''] = key.split('/');
  return layout.customKind(`${group}/${version}`, kind);
}

function baseName(file: string): string {
  return file.split(/[/\\]/).pop() ?? file;
}
