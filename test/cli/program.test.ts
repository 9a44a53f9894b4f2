import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { keelson } from './keelson.ts';
import { project, put, shop } from './project.ts';

const MAIN = 'charts/main.ts';
const named = (name: string, top: string): string =>
  `${top}\n${shop().replace('name: "shop"', `name: ${name}`)}`;

/** The names of the platforms of a program that has to load. */
async function platforms(files: Record<string, string>, args = ''): Promise<string[]> {
  const { code, err, out } = await keelson(`list --output json ${args}`, {
    folder: project(files),
  });
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return (JSON.parse(out) as { clusters: { platform: string }[] }).clusters.map(
    ({ platform }) => platform,
  );
}

describe('a program may', () => {
  test('read JSON', async () => {
    const main = named('facts.name', `import facts from './facts.json' with { type: 'json' };`);
    expect(await platforms({ [MAIN]: main, 'charts/facts.json': '{"name": "json"}' })).toEqual([
      'json',
    ]);
  });

  test('import types, and values beside them', async () => {
    const main = named(
      'name as Name',
      `import type { Name } from './names.ts';\nimport { name, type Other } from './names.ts';\nconst other: Other = 1; void other;`,
    );
    const names = `export type Name = string;\nexport type Other = number;\nexport const name = 'typed';`;
    expect(await platforms({ [MAIN]: main, 'charts/names.ts': names })).toEqual(['typed']);
  });

  test('have files that import each other', async () => {
    const main = named('a()', `import { a } from './a.ts';`);
    const a = `import { b } from './b.ts';\nexport const a = () => b();\nexport const word = 'circle';`;
    const b = `import { word } from './a.ts';\nexport const b = () => word;`;
    expect(await platforms({ [MAIN]: main, 'charts/a.ts': a, 'charts/b.ts': b })).toEqual([
      'circle',
    ]);
  });

  test('use packages that are ES modules only, and CommonJS ones', async () => {
    const main = named('esm + cjs', `import { esm } from 'esm-only';\nimport cjs from 'cjs-only';`);
    const pkg = (name: string, more: object) => JSON.stringify({ name, version: '1.0.0', ...more });
    const names = await platforms({
      [MAIN]: main,
      'node_modules/esm-only/package.json': pkg('esm-only', { type: 'module', exports: './x.js' }),
      'node_modules/esm-only/x.js': `export const esm = 'esm';`,
      'node_modules/cjs-only/package.json': pkg('cjs-only', { main: 'x.js' }),
      'node_modules/cjs-only/x.js': `module.exports = '-cjs';`,
    });
    expect(names).toEqual(['esm-cjs']);
  });

  test('use what Node has built in', async () => {
    const main = named(
      `basename(join('x', 'node'))`,
      `import { basename } from 'path';\nimport { join } from 'node:path';`,
    );
    expect(await platforms({ [MAIN]: main })).toEqual(['node']);
  });

  test('be written in JavaScript, as an ES module or not', async () => {
    const module = shop().replace('export default ', 'const platform = ');
    const script = `${module.replace(/import (\{[^}]+\}) from 'keelson'/, "const $1 = require('keelson')")}\nmodule.exports = platform;`;
    expect(await platforms({ 'main.mjs': shop() }, '--program main.mjs')).toEqual(['shop']);
    expect(await platforms({ 'main.cjs': script }, '--program main.cjs')).toEqual(['shop']);
  });

  test('export several platforms', async () => {
    const other = shop({ platform: 'other' }).replace('export default', 'const other =');
    const main = `${other}\nexport default [other, definePlatform({ ...{ name: 'more' },
      clusters: { main: { provider: 'generic', kubernetes: '1.34' } },
      environments: { prod: { cluster: 'main', tier: 'review', domain: 'x.org', settings: {} } },
      compose() {},
    })];`;
    expect(await platforms({ [MAIN]: main })).toEqual(['other', 'more']);
  });

  test('refuse an error of its own, by Keelson’s class', async () => {
    const main = shop({
      compose: `throw new KeelsonError('charts', 'own/code', { message: 'mine', hint: 'see' });`,
    }).replace('import {', 'import { KeelsonError,');
    const { code, err } = await keelson('synth', { folder: project({ [MAIN]: main }) });
    expect({ code, err }).toEqual({
      code: 2,
      err: 'error: charts: mine\n hint: see\n code: own/code\n   at: charts/main.ts:15:11\n',
    });
  });
});

describe('the bundle of last time', () => {
  test('is taken when nothing has changed, and made anew when any file has', async () => {
    const folder = project({
      [MAIN]: named('name', `import { name } from './name.ts';`),
      'charts/name.ts': `export const name: string = 'first';`,
    });
    mkdirSync(join(folder, 'node_modules'));
    const list = async () => (await keelson('list', { folder })).out.split(' ')[0];
    expect(await list()).toBe('first');
    expect(await list()).toBe('first');
    put(folder, { 'charts/name.ts': `export const name: string = 'second';` });
    expect(await list()).toBe('second');
    put(folder, { [MAIN]: shop({ platform: 'third' }) });
    expect(await list()).toBe('third');
  });

  test('follows the compiler’s settings', async () => {
    const paths = (to: string) =>
      JSON.stringify({ compilerOptions: { paths: { '#name': [`./charts/${to}.ts`] } } });
    const folder = project({
      [MAIN]: named('name', `import { name } from '#name';`),
      'charts/a.ts': `export const name: string = 'first';`,
      'charts/b.ts': `export const name: string = 'second';`,
      'tsconfig.json': paths('a'),
    });
    mkdirSync(join(folder, 'node_modules'));
    const list = async () => (await keelson('list', { folder })).out.split(' ')[0];
    expect(await list()).toBe('first');
    put(folder, { 'tsconfig.json': paths('b') });
    expect(await list()).toBe('second');
  });
});
