import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '..');
const NPM = ['constructs', 'cdk8s'];

/** Who may import whom: the folders below src/, and the packages, that each folder knows. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  core: NPM,
  workload: ['core', 'operators', 'imports', ...NPM],
  operators: ['core', 'imports', ...NPM],
  services: ['core', 'workload', 'operators', 'imports', ...NPM],
  wire: ['core', 'operators', 'imports'],
  gitops: ['core', 'imports'],
  finish: ['core'],
  checks: ['core'],
  output: ['core', 'node'],
  operations: [
    ...['core', 'workload', 'wire', 'gitops', 'finish', 'checks', 'output', 'imports'],
    ...['node', 'npm', 'keelson'],
  ],
  cli: ['core', 'operations', 'node', 'npm'],
};

interface Import {
  readonly file: string;
  readonly folder: string;
  readonly specifier: string;
  readonly to: string;
}

function sources(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join(folder, file));
}

const IMPORT = /^(?:import|export)\s[\w*\s{},]*?from\s'([^']+)'|import\(\s*'([^']+)'/gm;

function importsOf(file: string, text: string): Import[] {
  const folder = file.split('/')[1] ?? '';
  const specifiers = text.matchAll(IMPORT);
  return [...specifiers].map(([, first, second]) => {
    const specifier = first ?? second ?? '';
    return { file, folder, specifier, to: target(file, specifier) };
  });
}

/** The folder below src/, 'imports', 'node', 'keelson', or the package. */
function target(file: string, specifier: string): string {
  if (specifier.startsWith('#imports/')) return 'imports';
  if (specifier.startsWith('node:')) return 'node';
  if (!specifier.startsWith('.')) return specifier;
  return relative(join(ROOT, 'src'), resolve(ROOT, dirname(file), specifier)).split('/')[0] ?? '';
}

function violations(imports: readonly Import[]): string[] {
  return imports
    .filter(({ file, folder, to }) => {
      if (file === 'src/index.ts' || folder === to) return false;
      const allowed = MAY_IMPORT[folder] ?? [];
      const isPackage = !(to in MAY_IMPORT) && !['imports', 'node', 'keelson'].includes(to);
      return !(allowed.includes(to) || (isPackage && allowed.includes('npm')));
    })
    .map(({ file, to }) => `${file} may not import ${to}`);
}

const all = sources('src').flatMap((file) =>
  importsOf(file, readFileSync(join(ROOT, file), 'utf8')),
);

test('every folder imports only what the layer table allows', () => {
  expect(all.length).toBeGreaterThan(100);
  expect(violations(all)).toEqual([]);
});

test('a service never imports another service', () => {
  const isFileOfAnother = /^\.\/[^/]+\.ts$/; // a service in several files has a folder of its own
  const between = all.filter(
    ({ file, specifier }) => /^src\/services\/[^/]+$/.test(file) && isFileOfAnother.test(specifier),
  );
  expect(between).toEqual([]);
});

test.each([
  ['src/core/planted.ts', `import { readFileSync } from 'node:fs';`, 'node'],
  ['src/services/planted.ts', `import { wire } from '../wire/wire.ts';`, 'wire'],
  ['src/wire/planted.ts', `import { Redis } from '../services/redis.ts';`, 'services'],
  ['src/checks/planted.ts', `import type * as k8s from '#imports/k8s.ts';`, 'imports'],
  ['src/cli/planted.ts', `import { toYaml } from '../output/yaml.ts';`, 'output'],
  [
    'src/operations/planted.ts',
    `const { Redis } = await import('../services/redis.ts');`,
    'services',
  ],
])('fails when %s does', (file, text, to) => {
  expect(violations(importsOf(file, text))).toEqual([`${file} may not import ${to}`]);
});

test('the reference platforms use the library as everybody does', () => {
  const used = sources('charts').flatMap((file) =>
    importsOf(file, readFileSync(join(ROOT, file), 'utf8')),
  );
  const packages = used.map(({ specifier }) => specifier).filter((each) => !each.startsWith('.'));
  const known = /^(keelson(\/imports\/.+)?|cdk8s|constructs|cdk8s-plus-\d+)$/;
  expect(packages.filter((each) => !known.test(each))).toEqual([]);
});

test('pure folders know neither clock, chance, process nor console', () => {
  const pure = ['core', 'workload', 'operators', 'services', 'wire', 'gitops', 'finish', 'checks'];
  const impure = /\b(Date\.now|new Date\(\)|Math\.random|process\.|console\.|fetch\()/;
  const found = pure
    .flatMap((folder) => sources(`src/${folder}`))
    .filter((file) => impure.test(readFileSync(join(ROOT, file), 'utf8')));
  expect(found).toEqual([]);
});

test('no source file is longer than 300 lines', () => {
  const long = sources('src').filter(
    (file) => readFileSync(join(ROOT, file), 'utf8').split('\n').length > 301,
  );
  expect(long).toEqual([]);
});
