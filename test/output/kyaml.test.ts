import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { HEADER } from '../../src/output/read.ts';
import { toYaml, type YamlOptions } from '../../src/output/yaml.ts';
import { goTool } from '../tools.ts';
import { anyTree, ownKeys, TRAPS } from './trees.ts';

const golden = new URL('../golden/', import.meta.url).pathname;
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
    put(`key-${index}`, ownKeys([[trap, 'x'], ['after', ownKeys([[trap, [{ [trap]: [trap] }]]])]]));
  }
  expect(await rewrite()).toEqual([]);
});

test('kyaml leaves any tree as it is', async () => {
  reset();
  const trees = fc.sample(anyTree, { numRuns: 3000, seed: 42 });
  for (const [index, tree] of trees.entries()) put(`tree-${index}`, tree);
  expect(await rewrite()).toEqual([]);
});
