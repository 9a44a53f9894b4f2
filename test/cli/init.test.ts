import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { planInit } from '../../src/operations/init.ts';
import { keelson } from './keelson.ts';
import { project, tree } from './project.ts';

const FILES = [
  'package.json',
  'tsconfig.json',
  'cdk8s.yaml',
  '.gitignore',
  'README.md',
  'charts/main.ts',
  'images/shop/nonprod.yaml',
  'images/shop/prod.yaml',
];

const fresh = { folder: 'my platform', version: '1.2.3', exists: () => false };

test('starts a project and says what comes next', async () => {
  const folder = project();
  const { code, err, out } = await keelson('init my-platform', { folder });
  expect({ code, out }).toEqual({ code: 0, out: FILES.map((path) => `wrote ${path}\n`).join('') });
  expect(err).toBe(
    '\nNext:\n  cd my-platform\n  npm install\n  npx keelson synth\n  npx keelson list\n',
  );
  expect(Object.keys(tree(join(folder, 'my-platform')))).toEqual([...FILES].sort());
});

test('what it starts can be written at once, and says what is not pinned yet', async () => {
  const folder = project();
  await keelson('init', { folder });
  expect(await keelson('synth', { folder })).toEqual({
    code: 0,
    out: '',
    err: expect.stringMatching(
      /^warning {2}prod\/images {2}image-pinned {2}cache: .*\n.*\n1 warning in \d+ objects \(prod\)\ndist: \d+ written, 0 removed, 0 unchanged\n$/,
    ),
  });
  const written = Object.keys(tree(folder)).filter((path) => path.startsWith('dist/'));
  expect(written).toContain('dist/shop/prod/prod/apps/web/deployment-web.yaml');
  expect(written).toContain('dist/shop/nonprod/staging/data/cache/statefulset-cache.yaml');
});

test('the checks find nothing else in what it starts', async () => {
  const folder = project();
  await keelson('init', { folder });
  const { code, err, out } = await keelson('check', { folder });
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toMatch(/no problems in \d+ objects \(staging\)\n/);
  expect(out).toMatch(/^1 warning in \d+ objects \(prod\)\n/m);
});

test('leaves what is there as it is, and lists it', async () => {
  const folder = project({ 'README.md': 'mine', 'package.json': '{}' });
  const { code, out } = await keelson('init', { folder });
  expect(code).toBe(0);
  expect(out).toContain('left  package.json, which was there\nleft  README.md, which was there\n');
  expect(tree(folder)).toMatchObject({ 'README.md': 'mine', 'package.json': '{}' });
});

test('a second run changes nothing', async () => {
  const folder = project();
  await keelson('init', { folder });
  const before = tree(folder);
  const { code, out } = await keelson('init', { folder });
  expect(code).toBe(0);
  expect(out).not.toContain('wrote');
  expect(tree(folder)).toEqual(before);
});

test('whoever has a program gets no images for ours', () => {
  const { files } = planInit({ ...fresh, exists: (path) => path === 'charts/main.ts' });
  expect([...files.keys()].filter((path) => path.startsWith('images/'))).toEqual([]);
});

test('the package is called like the folder, and pins Keelson and the compiler that Keelson uses', () => {
  const own = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'));
  const made = JSON.parse(planInit(fresh).files.get('package.json') ?? '');
  expect(made).toMatchObject({ name: 'my-platform', private: true, type: 'module' });
  expect(made.devDependencies).toEqual({
    keelson: '1.2.3',
    typescript: own.devDependencies.typescript,
  });
});

test('a folder with a space is quoted', async () => {
  const { err } = await keelson(['init', 'my platform'], { folder: project() });
  expect(err).toContain(`  cd 'my platform'\n`);
});

test('fails when the folder is a file', async () => {
  const folder = project({ taken: 'mine' });
  expect(await keelson('init taken', { folder })).toEqual({
    code: 2,
    out: '',
    err: `error: ${folder}/taken: this is a file, not a folder
 hint: name another folder: \`keelson init <folder>\`
 code: init/not-writable
`,
  });
});

test('fails when the folder lies below a file', async () => {
  const folder = project({ taken: 'mine' });
  const { code, err } = await keelson('init taken/deeper', { folder });
  expect(code).toBe(2);
  expect(err).toContain(' code: init/not-writable\n');
});
