import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HEADER } from '../../src/output/read.ts';
import { toYaml, type YamlOptions } from '../../src/output/yaml.ts';
import { goTool } from '../tools.ts';
import { anyTree, ownKeys, TRAPS } from './trees.ts';

const golden = fileURLToPath(new URL('../golden/', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'keelson-kyaml-'));
let kyaml = '';

beforeAll(async () => {
  kyaml = await goTool('kyaml');
}, 300_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Rewrites the folder as Flux would, and says which files changed. */
async function rewrite(...images: string[]): Promise<string[]> {
  const { stdout } = await promisify(execFile)(kyaml, [folder, ...images]);
  return stdout.split('\n').filter((line) => line !== '');
}

/** Writes one file into the folder, as synth would, and gives its text. */
function put(name: string, spec: unknown, options: YamlOptions = {}): string {
  const object = { apiVersion: 'example.com/v1', kind: 'Example', metadata: { name: 'x' }, spec };
  const text = `${HEADER}\n${toYaml(object, options)}`;
  writeFileSync(join(folder, `${name}.yaml`), text);
  return text;
}

function reset(): void {
  for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true });
}

test('kyaml leaves every trap as it is: as a value, in a list, as a key', async () => {
  reset();
  for (const [index, trap] of TRAPS.entries()) {
    put(`value-${index}`, { value: trap, after: 'x' });
    put(`list-${index}`, { list: [trap, [trap], { name: trap }], after: 'x' });
    put(
      `key-${index}`,
      ownKeys([
        [trap, 'x'],
        ['after', ownKeys([[trap, [{ [trap]: [trap] }]]])],
      ]),
    );
  }
  expect(await rewrite()).toEqual([]);
});

test('kyaml leaves lists as they are when a text or an odd key misleads its guess', async () => {
  reset();
  const wide = 'list:\n  - a\n';
  const compact = 'list:\n- a\n';
  const lists = { list: ['a', ['b', { c: ['d'] }]], more: [{ e: ['f'] }] };
  for (const [index, text] of [wide, compact, wide + compact, `- x\n${wide}`].entries()) {
    put(`text-first-${index}`, { a: text, ...lists });
    put(`text-last-${index}`, { ...lists, z: text });
    put(`text-in-list-${index}`, { a: [text], ...lists });
    put(`odd-first-${index}`, { 'a:b': [{ c: ['d'] }], b: text, ...lists });
    put(`odd-alone-${index}`, { 'a:b': [{ c: ['d'] }] });
    put(`odd-key-${index}`, { 'a#b': [[{ c: ['d'], [text]: ['e'] }]] });
    put(`long-key-${index}`, { ['a'.repeat(200)]: [{ c: ['d'] }], b: text });
  }
  expect(await rewrite()).toEqual([]);
});

test('kyaml leaves any tree as it is', async () => {
  reset();
  const trees = fc.sample(anyTree, { numRuns: 3000, seed: 42 });
  for (const [index, tree] of trees.entries()) put(`tree-${index}`, tree);
  expect(await rewrite()).toEqual([]);
});

test('kyaml leaves every golden as it is', async () => {
  reset();
  cpSync(golden, folder, { recursive: true });
  expect(await rewrite()).toEqual([]);
});

test('the guard sees what kyaml would rewrite', async () => {
  reset();
  const wide = 'apiVersion: v1\nkind: X\nmetadata:\n  name: x\nitems:\n  - a\nlists:\n- b\n';
  writeFileSync(join(folder, 'mixed.yaml'), wide);
  writeFileSync(join(folder, 'emoji.yaml'), 'kind: X\nmetadata:\n  name: "😀"\n');
  writeFileSync(join(folder, 'fine.yaml'), 'kind: X\nmetadata:\n  name: x\n');
  writeFileSync(join(folder, 'broken.yaml'), 'a: b: c\n');
  expect(await rewrite()).toEqual([
    'broken.yaml: MalformedYAMLError: yaml: mapping values are not allowed in this context',
    'emoji.yaml',
    'mixed.yaml',
  ]);
});

describe('after Flux moved an image', () => {
  const comments = new Map([
    ['docker.io/shop/web:1.2.3', ' # {"$imagepolicy": "flux-system:web"}'],
    ['docker.io/shop/web:1.10', ' # {"$imagepolicy": "flux-system:web"}'],
  ]);
  const parts = new Map([
    ['name', ' # {"$imagepolicy": "flux-system:web:name"}'],
    ['tag', ' # {"$imagepolicy": "flux-system:web:tag"}'],
    ['digest', ' # {"$imagepolicy": "flux-system:web:digest"}'],
  ]);
  const spec = (image: string, tag: string, digest: string) => ({
    containers: [{ name: 'web', image, env: TRAPS }],
    lock: { name: 'docker.io/shop/web', tag, digest },
  });
  const options: YamlOptions = {
    comment: (value, path) =>
      comments.get(value) ?? (path[1] === 'lock' ? parts.get(String(path.at(-1))) : undefined),
  };
  const digests = [`sha256:${'0'.repeat(64)}`, `sha256:${'1'.repeat(64)}`] as const;

  // `1.10` is a number to YAML, `v2` is not: kyaml adds quotes to the one and keeps them on the other.
  test.each([
    ['1.2.3', '1.10'],
    ['1.10', '1.2.3'],
  ])(
    'from %s to %s, only marked lines differ, and synth gives the same bytes',
    async (from, to) => {
      reset();
      const before = put('web', spec(`docker.io/shop/web:${from}`, from, digests[0]), options);
      const elsewhere = put('other', { image: `docker.io/shop/web:${from}` });
      expect(await rewrite(`flux-system:web=docker.io/shop/web:${to}@${digests[1]}`)).toEqual([
        'web.yaml',
      ]);

      const after = readFileSync(join(folder, 'web.yaml'), 'utf8');
      const changed = after.split('\n').filter((line, index) => line !== before.split('\n')[index]);
      expect(changed.map((line) => line.trim())).toEqual([
        `image: docker.io/shop/web:${to}@${digests[1]} # {"$imagepolicy": "flux-system:web"}`,
        `digest: "${digests[1]}" # {"$imagepolicy": "flux-system:web:digest"}`,
        `tag: "${to}" # {"$imagepolicy": "flux-system:web:tag"}`,
      ]);
      const image = `docker.io/shop/web:${to}@${digests[1]}`;
      comments.set(image, ' # {"$imagepolicy": "flux-system:web"}');
      expect(put('again', spec(image, to, digests[1]), options)).toBe(after);
      expect(readFileSync(join(folder, 'other.yaml'), 'utf8')).toBe(elsewhere);
    },
  );
});
