import { chmodSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { project, put, shop, tree } from '../cli/project.ts';
import { type Ended, installed, type StartOptions, start } from './installed.ts';

const CDK8S = resolve(import.meta.dirname, '../../node_modules/.bin/cdk8s');

let folder = '';
let remove = (): void => {};
beforeAll(async () => {
  ({ folder, remove } = await installed());
}, 180_000);
afterAll(() => remove());

function keelson(args: readonly string[], options: Partial<StartOptions> = {}): Promise<Ended> {
  const bin = join(folder, 'node_modules/.bin/keelson');
  return start([bin, ...args], { folder, ...options });
}

describe('in an empty project, the packed package', () => {
  test('starts a project, writes it and checks its types', { timeout: 60_000 }, async () => {
    const init = await start(['npx', 'keelson', 'init'], { folder });
    expect(init).toMatchObject({ code: 0, out: expect.stringContaining('wrote charts/main.ts') });

    const synth = await start(['npx', 'keelson', 'synth'], { folder });
    expect(synth).toMatchObject({ code: 0, out: '' });
    expect(synth.err).toMatch(/dist: \d+ written, 0 removed, 0 unchanged\n$/);
    const written = tree(join(folder, 'dist'));
    expect(Object.keys(written)).toContain('shop/prod/prod/apps/web/deployment-web.yaml');

    expect(await start(['npx', 'tsc', '--noEmit'], { folder })).toMatchObject({ code: 0, out: '' });
  });

  test('finds nothing in it', async () => {
    const { code, err } = await keelson(['check']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
  });

  test('the compiler reads the types of the library', async () => {
    const file = join(folder, 'charts/wrong.ts');
    writeFileSync(file, `import { WebApp } from 'keelson';\nnew WebApp(1, 'x', { prot: 1 });\n`);
    const { code, out } = await start(['npx', 'tsc', '--noEmit'], { folder });
    rmSync(file);
    expect(code).not.toBe(0);
    expect(out).toContain('charts/wrong.ts');
  });

  test('a second synth changes no file', async () => {
    const file = join(folder, 'dist/shop/prod/prod/apps/web/deployment-web.yaml');
    const before = statSync(file);
    expect(await keelson(['synth'])).toEqual({
      code: 0,
      out: '',
      err: expect.stringMatching(/\n1 warning in .*\ndist: 0 written, 0 removed, \d+ unchanged\n$/),
    });
    const { ino, mtimeMs } = statSync(file);
    expect({ ino, mtimeMs }).toEqual({ ino: before.ino, mtimeMs: before.mtimeMs });
  });

  test('`cdk8s synth` gives the same tree', { timeout: 60_000 }, async () => {
    const before = tree(join(folder, 'dist'));
    rmSync(join(folder, 'dist'), { recursive: true });
    const ended = await start([CDK8S, 'synth', '--check-upgrade=false'], { folder });
    expect(ended).toMatchObject({ code: 0 });
    expect(tree(join(folder, 'dist'))).toEqual(before);
  });

  test('`cdk8s synth` in this repository gives the committed dist/', {
    timeout: 60_000,
  }, async () => {
    const root = resolve(import.meta.dirname, '../..');
    const out = join(project(), 'dist');
    const command = [CDK8S, 'synth', '--check-upgrade=false', '--output', out];
    expect(await start(command, { folder: root })).toMatchObject({ code: 0 });
    expect(tree(out)).toEqual(tree(join(root, 'dist')));
  });

  test('asks nobody on the network', async () => {
    const guard = join(dirname(folder), 'no-network.cjs');
    writeFileSync(guard, NO_NETWORK);
    const env = { NODE_OPTIONS: `--require "${guard}"` };
    rmSync(join(folder, 'dist'), { recursive: true });
    expect(await keelson(['synth'], { env })).toMatchObject({ code: 0 });
    // the guard itself: a program that asks somebody is stopped
    const other = project({ 'charts/main.ts': `fetch('http://127.0.0.1:9/');\n${shop()}` });
    const { code, err } = await keelson(['list'], { env, folder: other });
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining('no network here') });
  });
});

const NO_NETWORK = `
const refuse = () => { throw new Error('no network here'); };
require('node:net').Socket.prototype.connect = refuse;
require('node:dns').lookup = refuse;
globalThis.fetch = async () => refuse();
`;

describe('the compiled program', () => {
  test('knows its version, and loads no library to say it', async () => {
    const guard = join(dirname(folder), 'loaded.cjs');
    writeFileSync(guard, LOADED);
    const env = { NODE_OPTIONS: `--require "${guard}"` };
    const { code, err, out } = await keelson(['--version'], { env });
    expect({ code, out }).toEqual({ code: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
    expect(err).toBe('loaded: commander\n');
    const list = await keelson(['list'], { env });
    expect(list.err).toMatch(/^loaded: cdk8s.* commander.* constructs/);
  });

  test('reports a mistake with exit code 2 and leaves the output alone', async () => {
    const before = tree(join(folder, 'dist'));
    expect(await keelson(['synth', '--only', 'prd'])).toEqual({
      code: 2,
      out: '',
      err: `error: charts/main.ts: there is no environment 'prd'
 hint: did you mean 'prod'? known environments: prod, shared, staging
 code: program/unknown-environment
`,
    });
    expect(tree(join(folder, 'dist'))).toEqual(before);
  });

  test('stops a program that never ends', async () => {
    const other = project({ 'charts/main.ts': `for (;;) {}\n${shop()}` });
    const { code, err } = await keelson(['synth', '--timeout', '1'], { folder: other });
    expect({ code, err }).toEqual({
      code: 2,
      err: expect.stringContaining(' code: program/never-ends\n'),
    });
  });

  test('ends, whatever the program has left running', async () => {
    const top = `setInterval(() => {}, 1000);\nsetTimeout(() => console.log('late'), 500);\n`;
    const other = project({ 'charts/main.ts': shop({ top }) });
    expect(await keelson(['synth'], { folder: other })).toMatchObject({ code: 0, out: '' });
  });

  test('keeps what the program prints out of its results', async () => {
    const top = `console.log('from the top');\nprocess.stdout.write('raw\\n');\n`;
    const compose = `console.info('from compose');`;
    const other = project({ 'charts/main.ts': shop({ top, compose }) });
    const { code, err, out } = await keelson(['list', '--output', 'json'], { folder: other });
    expect({ code, err }).toEqual({ code: 0, err: 'from the top\nraw\nfrom compose\n' });
    expect(JSON.parse(out)).toMatchObject({ clusters: [{ platform: 'shop' }] });
  });

  test.each([
    ['a promise', `Promise.reject(new Error('nobody waits'));\n`],
    ['an async function', `void (async () => { throw new Error('nobody waits'); })();\n`],
  ])('fails when %s fails that nobody waits for', async (_, top) => {
    const other = project({ 'charts/main.ts': shop({ top }) });
    const { code, err, out } = await keelson(['synth'], { folder: other });
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/^error: charts\/main\.ts:1:\d+: Error: nobody waits\n/);
    expect(() => statSync(join(other, 'dist'))).toThrow();
  });

  test('says nothing when its reader has left', async () => {
    const bin = join(folder, 'node_modules/.bin/keelson');
    for (const reader of ['head -1', 'true']) {
      const line = `set -o pipefail; '${bin}' list | ${reader}`;
      const { code, err } = await start(['bash', '-c', line], { folder });
      expect({ code, err }).toEqual({ code: 0, err: '' });
    }
  });

  test('leaves the output alone where it may not write', async () => {
    const other = project({ 'charts/main.ts': shop() });
    for (const at of [dirname(folder), other]) chmodSync(at, 0o755);
    expect(await keelson(['synth'], { folder: other })).toMatchObject({ code: 0 });
    const before = tree(join(other, 'dist'));
    put(other, { 'charts/main.ts': shop({ service: 'changed' }) });
    chmodSync(other, 0o555);
    const nobody = process.getuid?.() === 0 ? { uid: 65_534 } : {};
    const { code, err, out } = await keelson(['synth'], { folder: other, ...nobody });
    chmodSync(other, 0o755);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/^error: .+\n hint: .+\n code: output\/not-writable\n$/);
    expect(tree(join(other, 'dist'))).toEqual(before);
  });
});

const LOADED = `
process.on('exit', () => {
  const found = Object.keys(require.cache).flatMap((file) => /node_modules\\/([^/]+)\\/(?!.*node_modules)/.exec(file)?.[1] ?? []);
  const packages = [...new Set(found)].filter((name) => name !== 'keelson').sort();
  require('node:fs').writeSync(2, 'loaded: ' + packages.join(' ') + '\\n');
});
`;
