import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { KeelsonError } from '../../src/core/errors.ts';
import { applyImport, importCrds } from '../../src/operations/import/import-crds.ts';
import { type ImportPlan, planImport } from '../../src/operations/import/plan-import.ts';
import { loadSchemas } from '../../src/operations/schemas.ts';
import { crd, temporaryFolder, writeFiles } from './import-project.ts';

const spec = { type: 'object', properties: { size: { type: 'integer' } } };
const shop = crd('shop.example.com', 'Shop', spec);
const till = crd('shop.example.com', 'Till', spec);

function plan(sources: Record<string, string>, existing?: ReadonlyMap<string, string>): ImportPlan {
  return planImport({
    sources: new Map(Object.entries(sources)),
    existing: (path) => existing?.get(path),
  });
}

const yaml = (...documents: readonly object[]) =>
  documents.map((document) => JSON.stringify(document, null, 2)).join('\n---\n');

test('one file of several documents gives types, a schema for each kind, and the index', () => {
  const { files, kinds, skipped } = plan({
    'all.yaml': yaml(shop, { kind: 'ConfigMap', apiVersion: 'v1' }, till),
  });
  expect([...files.keys()].sort()).toEqual([
    'schemas/custom/shop.example.com/shop_v1.json',
    'schemas/custom/shop.example.com/till_v1.json',
    'schemas/kinds.json',
    'shop.example.com.ts',
  ]);
  expect(kinds.map(({ kind }) => kind)).toEqual(['Shop', 'Till']);
  expect(skipped).toBe(1);
});

test('a list, as `kubectl get crds -o yaml` gives it, is read through', () => {
  const { kinds, skipped } = plan({ 'crds.json': yaml({ kind: 'List', items: [shop, till] }) });
  expect(kinds).toHaveLength(2);
  expect(skipped).toBe(0);
});

test('JSON indented with tabs is read', () => {
  expect(plan({ 'crd.json': JSON.stringify(shop, null, '\t') }).kinds).toHaveLength(1);
});

test.each([
  [
    'v1',
    [
      { name: 'v2', storage: true },
      { name: 'v1', served: true },
    ],
  ],
  [
    'v1beta1',
    [
      { name: 'v1', served: false },
      { name: 'v1beta1', storage: true },
    ],
  ],
  ['v2', [{ name: 'v1alpha1' }, { name: 'v2' }, { name: 'v2beta1' }]],
])('of several versions, %s is taken', (version, versions) => {
  const { kinds } = plan({ 'crd.yaml': yaml(crd('shop.example.com', 'Shop', spec, versions)) });
  expect(kinds).toEqual([{ apiVersion: `shop.example.com/${version}`, kind: 'Shop' }]);
});

test('what was imported before stays, in the index and in the types of its group', () => {
  const first = plan({
    'shop.yaml': yaml(shop),
    'other.yaml': yaml(crd('a.example.com', 'A', spec)),
  });
  const second = plan({ 'till.yaml': yaml(till) }, first.files);
  expect(second.files.get('shop.example.com.ts')).toContain('class Shop ');
  expect(second.files.get('shop.example.com.ts')).toContain('class Till ');
  expect(second.files.get('schemas/kinds.json')).toContain('a.example.com/v1/A');
  expect(second.files.has('a.example.com.ts')).toBe(false);
});

test('two versions of one kind live side by side: the older says its version', () => {
  const beta = crd('shop.example.com', 'Shop', spec, [{ name: 'v1beta1' }]);
  const first = plan({ 'beta.yaml': yaml(beta) });
  const text = plan({ 'shop.yaml': yaml(shop) }, first.files).files.get('shop.example.com.ts');
  expect(text).toContain(
    "class Shop extends ApiObject {\n  static readonly apiVersion = 'shop.example.com/v1'",
  );
  expect(text).toContain('class ShopV1beta1 ');
});

test('a second run writes nothing, and other files in the folder are left alone', () => {
  const folder = temporaryFolder();
  writeFiles(folder, { 'crds/shop.yaml': yaml(shop), 'imports/mine.ts': 'export {};\n' });
  const out = join(folder, 'imports');
  const run = () => applyImport(importCrds({ sources: [join(folder, 'crds')], out }), out);
  expect(run()).toHaveLength(3);
  expect(run()).toEqual([]);
  expect(readdirSync(out).sort()).toEqual(['mine.ts', 'schemas', 'shop.example.com.ts']);
});

test('what was imported can be found as a schema', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'shop.yaml'), yaml(shop));
  applyImport(importCrds({ sources: [join(folder, 'shop.yaml')], out: folder }), folder);
  const schemas = loadSchemas({ folders: [join(folder, 'schemas')], kubernetes: '1.34' });
  expect(schemas.find('shop.example.com/v1', 'Shop')).toMatchObject({ scope: 'Namespaced' });
});

test('the folder of a machine does not show in what is written', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'shop.yaml'), yaml(shop));
  const { files } = importCrds({ sources: [folder], out: join(folder, 'imports') });
  expect([...files.values()].join()).not.toContain(folder);
  expect(files.get('shop.example.com.ts')).toContain('// From shop.yaml.');
});

const named = (group: string, kind: string, version = 'v1') =>
  yaml(crd(group, kind, spec, [{ name: version }]));

test.each([
  ['no CRD at all', 'kind: ConfigMap', 'import', 'import/no-crds'],
  ['an empty file', '', 'import', 'import/no-crds'],
  ['a group that climbs', named('../../etc.example.com', 'A'), 'crd.yaml', 'import/bad-crd'],
  ['a group without a dot', named('k8s', 'A'), 'crd.yaml', 'import/bad-crd'],
  ['a kind that climbs', named('a.example.com', '../A'), 'crd.yaml', 'import/bad-crd'],
  ['a kind with code in it', named('a.example.com', 'A{};evil()'), 'crd.yaml', 'import/bad-crd'],
  ['a version that climbs', named('a.example.com', 'A', '../v1'), 'crd.yaml', 'import/bad-crd'],
  ['no version', yaml(crd('a.example.com', 'A', spec, [])), 'crd.yaml', 'import/bad-crd'],
  ['malformed YAML', 'a: 1\nb: [\nc: 2\n', 'crd.yaml:3', 'import/malformed-yaml'],
  ['a document that contains itself', 'a: &a\n  b: *a\n', 'crd.yaml', 'import/endless-yaml'],
  [
    'a CRD of the old API',
    named('a.example.com', 'A').replace('.io/v1', '.io/v1beta1'),
    'crd.yaml',
    'import/bad-crd',
  ],
])('fails on %s', (_, text, at, code) => {
  expect.assertions(2);
  try {
    plan({ 'crd.yaml': text });
  } catch (error) {
    expect(error).toBeInstanceOf(KeelsonError);
    expect(error).toMatchObject({ at, code });
  }
});

test('fails on a path that is not there', () => {
  const folder = temporaryFolder();
  const build = () => importCrds({ sources: [join(folder, 'nope')], out: folder });
  expect(build).toThrow("import: there is no file or folder '");
});

test('a failed import leaves the folder as it was', () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'crds'));
  writeFileSync(join(folder, 'crds', 'a.yaml'), yaml(shop));
  writeFileSync(join(folder, 'crds', 'b.yaml'), 'a: [');
  expect(() => importCrds({ sources: [join(folder, 'crds')], out: folder })).toThrow('b.yaml');
  expect(readdirSync(folder)).toEqual(['crds']);
  expect(readFileSync(join(folder, 'crds', 'b.yaml'), 'utf8')).toBe('a: [');
});
