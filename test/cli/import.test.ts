import { join } from 'node:path';
import { expect, test } from 'vitest';
import { keelson } from './keelson.ts';
import { project, put, shop, tree } from './project.ts';

const CRD = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: widgets.example.com }
spec:
  group: example.com
  scope: Namespaced
  names: { kind: Widget, plural: widgets }
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec:
              type: object
              required: [size]
              properties: { size: { type: integer } }
`;

test('writes types and schemas where the program and synth find them', async () => {
  const folder = project({ 'crds/widget.yaml': CRD, 'crds/note.yaml': 'kind: Other\n' });
  expect(await keelson('import crds', { folder })).toEqual({
    code: 0,
    out: 'example.com/v1 Widget\n',
    err: 'imports: 1 kinds, 3 files written, 1 other documents left alone\n',
  });
  expect(Object.keys(tree(join(folder, 'imports')))).toEqual([
    'example.com.ts',
    'schemas/custom/example.com/widget_v1.json',
    'schemas/kinds.json',
  ]);
  put(folder, {
    'charts/main.ts': shop({
      top: `import { Widget } from '../imports/example.com.ts';\n`,
      compose: `new Widget(env.layer('apps'), 'w', { metadata: { name: 'w' }, spec: { size: 1 } });`,
    }),
  });
  const { code, err } = await keelson('synth', { folder });
  expect({ code, err }).toEqual({ code: 0, err: expect.stringContaining('written') });
  expect(tree(folder)['dist/shop/main/prod/apps/w/widget-w.yaml']).toContain(
    'namespace: shop-prod',
  );
});

test('a second run writes nothing', async () => {
  const folder = project({ 'widget.yaml': CRD });
  await keelson('import widget.yaml --out there', { folder });
  const { err } = await keelson('import widget.yaml --out there', { folder });
  expect(err).toBe('there: 1 kinds, 0 files written\n');
});

test.each([
  ['missing.yaml', 'import/no-such-file'],
  ['note.yaml', 'import/no-crds'],
  ['broken.yaml', 'import/malformed-yaml'],
])('fails: %s', async (file, code) => {
  const folder = project({ 'note.yaml': 'kind: Other\n', 'broken.yaml': 'a: [' });
  const said = await keelson(`import ${file}`, { folder });
  expect(said).toMatchObject({ code: 2, out: '' });
  expect(said.err).toContain(` code: ${code}\n`);
  expect(Object.keys(tree(folder))).toEqual(['broken.yaml', 'note.yaml']);
});
