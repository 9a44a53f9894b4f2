import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { keelson } from './keelson.ts';
import { project, put, shop, tree } from './project.ts';

const MAIN = 'charts/main.ts';

/** A project whose output is good, and must still be when the next run fails. */
async function written(): Promise<string> {
  const folder = project({ [MAIN]: shop() });
  const { code, err } = await keelson('synth', { folder });
  expect({ code, err }).toEqual({ code: 0, err: expect.stringContaining('written') });
  return folder;
}

/** Runs a command that must fail: exit code 2, nothing on stdout, the last good output untouched. */
async function refusal(folder: string, args: string): Promise<string> {
  const before = tree(join(folder, 'dist'));
  const { code, err, out } = await keelson(args, { folder });
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(tree(join(folder, 'dist'))).toEqual(before);
  return err;
}

async function refused(program: string, args = 'synth'): Promise<string> {
  const folder = await written();
  put(folder, { [MAIN]: program });
  return refusal(folder, args);
}

describe('what the command line names', () => {
  test.each([
    [
      'synth --only prd',
      `error: charts/main.ts: there is no environment 'prd'
 hint: did you mean 'prod'? known environments: prod, shared
 code: program/unknown-environment
`,
    ],
    [
      'list --env staging',
      `error: charts/main.ts: there is no environment 'staging'
 hint: known environments: prod, shared
 code: program/unknown-environment
`,
    ],
    [
      'synth --cluster mian',
      `error: charts/main.ts: there is no cluster 'mian'
 hint: known clusters: main
 code: program/unknown-cluster
`,
    ],
    [
      'graph --platform shoop',
      `error: charts/main.ts: there is no platform 'shoop'
 hint: did you mean 'shop'? known platforms: shop
 code: program/unknown-platform
`,
    ],
    [
      'graph --to cahe',
      `error: graph: there is no service or host 'cahe'
 hint: did you mean 'cache'? known services and hosts: cache, web
 code: graph/unknown-service
`,
    ],
    [
      'synth --program charts/mian.ts',
      `error: charts/mian.ts: there is no such program
 hint: run \`keelson init\` to start one, or name another with --program
 code: program/not-found
`,
    ],
    [
      'synth --program charts',
      `error: charts: there is no such program
 hint: run \`keelson init\` to start one, or name another with --program
 code: program/not-found
`,
    ],
  ])('fails: %s', async (args, said) => {
    expect(await refusal(await written(), args)).toBe(said);
  });
});

describe('a program that', () => {
  test('throws says where, in which file', async () => {
    const said = await refused(shop({ compose: `throw new TypeError('no such flavour');` }));
    expect(said).toBe(`error: charts/main.ts:15:11: TypeError: no such flavour
 hint: the program itself failed there; nothing was written
 code: program/threw
`);
  });

  test('throws in its second file names that file', async () => {
    const folder = await written();
    put(folder, {
      'charts/parts/flavours.ts': `export function flavour(): never {\n  throw new Error('none');\n}\n`,
      [MAIN]: shop({
        top: `import { flavour } from './parts/flavours.ts';\n`,
        compose: 'flavour();',
      }),
    });
    expect(await refusal(folder, 'synth')).toContain(
      'error: charts/parts/flavours.ts:2:9: Error: none\n',
    );
  });

  test('throws a string is quoted', async () => {
    expect(await refused(shop({ compose: `throw 'no such flavour';` }))).toContain(
      'error: charts/main.ts: threw no such flavour\n',
    );
  });

  test('throws deep inside a library is shown its own line, and the library', async () => {
    const said = await refused(shop({ compose: `JSON.parse('{');` }));
    expect(said).toMatch(/^error: charts\/main\.ts:15:10: SyntaxError: /);
  });

  test('is refused by Keelson is shown the construct, and its own line', async () => {
    const said = await refused(shop({ service: 'Web' }));
    expect(said).toContain(`service id 'Web' must be a DNS label`);
    expect(said).toContain(' code: service/bad-id\n   at: charts/main.ts:16:5\n');
  });

  test('returns a promise is refused', async () => {
    const said = await refused(shop().replace('compose(env)', 'async compose(env)'));
    expect(said).toBe(`error: platform 'shop': 'compose' returned a promise
 hint: make 'compose' an ordinary function; read what it needs before definePlatform is called
 code: compose/promise
`);
  });

  test('exports a promise is refused', async () => {
    const said = await refused('export default Promise.resolve(1);');
    expect(said).toBe(`error: charts/main.ts: the default export is a promise
 hint: write \`export default definePlatform({ … })\`
 code: program/exports-nothing
`);
  });

  test.each(['const unused = 1;', 'export const platform = 1;', 'export default [];', ''])(
    'exports nothing is refused: %s',
    async (text) => {
      expect(await refused(text)).toBe(
        `error: charts/main.ts: the default export is neither a platform nor a list of platforms
 hint: write \`export default definePlatform({ … })\`
 code: program/exports-nothing
`,
      );
    },
  );

  test('never ends in compose is stopped', async () => {
    const said = await refused(shop({ compose: 'for (;;) {}' }), 'synth --timeout 0.5');
    expect(said).toBe(`error: charts/main.ts: the program still runs after 0.5 s
 hint: look for a loop without end in compose, or allow more with --timeout
 code: program/never-ends
`);
  });

  test('never ends at its top level is stopped', async () => {
    const said = await refused(`while (true) {}\n${shop()}`, 'synth --timeout 0.5');
    expect(said).toContain(' code: program/never-ends\n');
  });

  test('calls itself without end is stopped', async () => {
    const said = await refused(shop({ compose: 'const again = () => again();\n again();' }));
    expect(said).toContain('charts/main.ts:15:25: RangeError: Maximum call stack size exceeded');
  });

  test('ends the process is refused', async () => {
    const said = await refused(shop({ compose: 'process.exit(0);' }));
    expect(said).toContain('error: charts/main.ts:15:13: Error: the program called process.exit');
  });

  test('does not compile is shown file, line and text', async () => {
    const said = await refused(`${shop()}\nconst broken = = 1;\n`);
    expect(said).toBe(`error: charts/main.ts:24:16: Unexpected "=" in 'const broken = = 1;'
 hint: the program is bundled as synchronous TypeScript; \`npx tsc --noEmit\` shows every error
 code: program/does-not-compile
`);
  });

  test('waits at its top level does not compile', async () => {
    const said = await refused(`await Promise.resolve();\n${shop()}`);
    expect(said).toContain('error: charts/main.ts:1:1: Top-level await');
  });

  test('imports a file that is missing is shown the import', async () => {
    const said = await refused(`import './missing.ts';\n${shop()}`);
    expect(said).toContain(`error: charts/main.ts:1:8: Could not resolve "./missing.ts"`);
  });

  test('imports a package that is missing is told to install it', async () => {
    const said = await refused(`import 'cdk8s-plus-99';\n${shop()}`);
    expect(said).toContain(
      `error: charts/main.ts: the package 'cdk8s-plus-99' cannot be loaded: Cannot find module`,
    );
    expect(said).toContain(' hint: is it installed? `npm install cdk8s-plus-99`\n');
  });

  test('exports two platforms of one name is refused', async () => {
    const said = await refused(
      shop().replace('export default definePlatform(', 'const one = definePlatform(') +
        'export default [one, one];',
    );
    expect(said).toContain(`error: charts/main.ts: two platforms are called 'shop'\n`);
  });
});

describe('compose is refused with code and line when', () => {
  const web = (props: string, id = 'web', layer = 'apps') =>
    `new WebApp(env.layer('${layer}'), '${id}', { image: 'web:1', port: 8080, ${props} });`;
  const redis = `new Redis(env.layer('data'), 'cache', { memory: '64Mi' })`;
  test.each([
    ['an image is unknown', web(`image: 'wob'`), 'image/unknown'],
    ['a quantity has a wrong unit', redis.replace('64Mi', '64MB'), 'quantity/bad-unit'],
    ['min is above max', web('scale: { min: 5, max: 2 }'), 'scale/min-above-max'],
    [
      'an alias is no variable',
      web(`uses: { 'a b': external('x.org', 443) }`),
      'connection/bad-alias',
    ],
    [
      'layers wait for each other',
      `const one = new Worker(env.layer('one'), 'one', { image: 'a:1' });
       const a = new WebApp(env.layer('one'), 'a', { image: 'a:1', port: 8080 });
       const b = new WebApp(env.layer('two'), 'b', { image: 'a:1', port: 8080 });
       connect(a, 'B', b.http); connect(b, 'A', a.http); void one;`,
      'layer/cycle',
    ],
  ])('%s', async (_, compose, code) => {
    const said = await refused(shop({ compose }));
    expect(said).toMatch(/^error: .+\n hint: .+\n code: /);
    expect(said).toContain(` code: ${code}\n`);
  });
});

describe('a platform is refused when', () => {
  const other = `environments: {
    other: { cluster: 'main', tier: 'review', domain: 'other.example.com', settings: {} },`;
  const two = (compose: string): string =>
    shop({ compose, top: 'let kept;\n' }).replace('environments: {', other);
  const cache = `new Redis(env.layer('data'), 'cache', { memory: '64Mi' })`;
  const web = `new WebApp(env.layer('apps'), 'web', { image: 'web:1', port: 8080, uses: { CACHE: kept } })`;
  test.each([
    [
      'a tree of an earlier call is used',
      two(`(kept ??= env).layer(env.name);`),
      'compose/kept-tree',
    ],
    [
      'a service of another environment is used',
      two(`if (kept) ${web}; else kept = ${cache}.keys('*').read;`),
      'connection/other-environment',
    ],
    [
      'a service of another cluster is used',
      two(`if (kept) ${web}; else kept = ${cache}.keys('*').read;`)
        .replace(`other: { cluster: 'main'`, `other: { cluster: 'far'`)
        .replace('clusters: {', `clusters: { far: { provider: 'generic', kubernetes: '1.34' },`),
      'connection/other-tree',
    ],
    [
      'a setting is unknown',
      shop().replace('settings:', 'disk: 1, settings:'),
      'platform/unknown-key',
    ],
    [
      'an environment names a cluster that is not there',
      shop().replace(`cluster: "main"`, `cluster: "mian"`),
      'platform/unknown-cluster',
    ],
    ['two services have one name', shop({ compose: `${cache}; ${cache};` }), 'service/name-twice'],
  ])('%s', async (_, program, code) => {
    const said = await refused(program);
    expect(said).toMatch(/^error: .+\n hint: .+\n code: /);
    expect(said).toContain(` code: ${code}\n`);
  });
});

describe('the output', () => {
  test('fails when it is a file', async () => {
    const folder = project({ [MAIN]: shop(), 'out.txt': 'mine' });
    const { code, err, out } = await keelson('synth --out out.txt', { folder });
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/^error: .*out\.txt: .+\n hint: .+\n code: output\/not-a-folder\n$/);
    expect(tree(folder)['out.txt']).toBe('mine');
  });

  test('fails when it lies below a file', async () => {
    const folder = project({ [MAIN]: shop(), 'out.txt': 'mine' });
    const { code, err } = await keelson('synth --out out.txt/dist', { folder });
    expect(code).toBe(2);
    expect(err).toContain(' code: output/not-a-folder\n');
  });

  test('fails when a file of somebody else is in the way', async () => {
    const folder = await written();
    const path = 'dist/shop/main/prod/apps/web/service-web.yaml';
    writeFileSync(join(folder, path), 'mine\n');
    expect(await refusal(folder, 'synth')).toContain(' code: output/foreign-file\n');
  });

  test('fails when the image lock is no YAML', async () => {
    const folder = await written();
    mkdirSync(join(folder, 'images/shop'), { recursive: true });
    writeFileSync(join(folder, 'images/shop/main.yaml'), 'prod: [');
    expect(await refusal(folder, 'synth')).toContain(' code: image/lock-unreadable\n');
  });
});
