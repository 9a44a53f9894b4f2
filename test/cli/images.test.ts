import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { keelson } from './keelson.ts';
import { project, put, tree } from './project.ts';

const A = `sha256:${'a'.repeat(64)}`;
const B = `sha256:${'b'.repeat(64)}`;

const program = (more = ''): string => `
import { definePlatform, Redis, Worker } from 'keelson';

export default definePlatform({
  name: 'shop',
  clusters: { main: { provider: 'generic', kubernetes: '1.34' } },
  environments: {
    next: { cluster: 'main', tier: 'review', domain: 'next.example.com', images: 'automatic', settings: {} },
    prod: { cluster: 'main', tier: 'production', domain: 'example.com', settings: {}${more} },
  },
  compose(env) {
    new Worker(env.layer('apps'), 'mailer', { image: 'web', sidecars: { proxy: { image: 'envoy:v1@${A}' } } });
    if (env.name === 'prod') new Redis(env.layer('data'), 'cache', { memory: '64Mi', backup: false });
  },
});
`;

const marked = (end: string) => ` # {"$imagepolicy": "flux-system:shop-main-next-web:${end}"}`;

const LOCK = `# Who runs what.
next: # of every build
  web:
    repository: ghcr.io/shop/web
    tag: "1.10"${marked('tag')}
    digest: ${A}${marked('digest')}

prod:
    # wide, and by hand
    web:
        repository: ghcr.io/shop/web
        tag: 1.4.2   # since March
        digest: ${A}
    'a b': { repository: ghcr.io/a/b, tag: '1' }
`;

const FILE = 'images/shop/main.yaml';

function shop(lock: string | undefined = LOCK, more?: string): string {
  return project({
    'charts/main.ts': program(more),
    ...(lock !== undefined && { [FILE]: lock }),
  });
}

const lockIn = (folder: string): string => tree(join(folder, 'images'))['shop/main.yaml'] ?? '';
const changed = (folder: string, from = LOCK): string[] => {
  const lines = from.split('\n');
  return lockIn(folder)
    .split('\n')
    .filter((line) => !lines.includes(line));
};

describe('list', () => {
  test('shows who runs what, and where it is pinned', async () => {
    const { code, err, out } = await keelson('images list', { folder: shop() });
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out.replaceAll(A, 'sha256:aaa')).toMatchInlineSnapshot(`
      "shop/next on cluster main: images automatic
        envoy:v1@sha256:aaa: named in the program, run by mailer
          envoy:v1@sha256:aaa
        web: locked, run by mailer, moved by flux-system:shop-main-next-web
          ghcr.io/shop/web:1.10@sha256:aaa

      shop/prod on cluster main: images manual
        a b: locked, run by nothing, no digest
          ghcr.io/a/b:1
        envoy:v1@sha256:aaa: named in the program, run by mailer
          envoy:v1@sha256:aaa
        redis/redis-stack-server:7.2.0-v14: third-party, run by cache, no digest
          redis/redis-stack-server:7.2.0-v14
        web: locked, run by mailer
          ghcr.io/shop/web:1.4.2@sha256:aaa
      "
    `);
  });

  test('prints JSON that scripts can rely on', async () => {
    const { out } = await keelson('images list --env next --output json', { folder: shop() });
    expect(JSON.parse(out)).toEqual({
      environments: [
        {
          platform: 'shop',
          cluster: 'main',
          environment: 'next',
          images: 'automatic',
          list: [
            {
              name: `envoy:v1@${A}`,
              from: 'program',
              repository: 'envoy',
              tag: 'v1',
              digest: A,
              usedBy: ['mailer'],
            },
            {
              name: 'web',
              from: 'lock',
              repository: 'ghcr.io/shop/web',
              tag: '1.10',
              digest: A,
              policy: 'flux-system:shop-main-next-web',
              usedBy: ['mailer'],
            },
          ],
        },
      ],
    });
  });
});

describe('set', () => {
  test.each([
    [
      'a tag and its digest',
      `web 1.5.0@${B} --env prod`,
      ['        tag: 1.5.0   # since March', `        digest: ${B}`],
      `${FILE}: 'web' was 1.4.2, now 1.5.0\n`,
    ],
    [
      'the digest by its flag',
      `web 1.5.0 --digest ${B} --env prod`,
      ['        tag: 1.5.0   # since March', `        digest: ${B}`],
      `${FILE}: 'web' was 1.4.2, now 1.5.0\n`,
    ],
    [
      'a line that Flux edits: its comments stay',
      `web 1.11@${B} --env next`,
      [`    tag: "1.11"${marked('tag')}`, `    digest: ${B}${marked('digest')}`],
      `${FILE}: 'web' was 1.10, now 1.11\n`,
    ],
    [
      'a tag alone: the digest of the old one goes, and it says so',
      'web 1.5.0 --env prod',
      ['        tag: 1.5.0   # since March', '        digest: ""'],
      `${FILE}: 'web' was 1.4.2, now 1.5.0\n${FILE}: the digest of 1.4.2 is gone, and 1.5.0 has none: add @sha256:…\n`,
    ],
    ['what is there already', 'web 1.4.2 --env prod', [], `${FILE}: 'web' is 1.4.2 already\n`],
    [
      'a tag that YAML takes for a number',
      `web 1.20@${A} --env prod`,
      ['        tag: "1.20"   # since March'],
      `${FILE}: 'web' was 1.4.2, now 1.20\n`,
    ],
  ])('writes %s', async (_, args, lines, said) => {
    const folder = shop();
    expect(await keelson(`images set ${args}`, { folder })).toEqual({
      code: 0,
      out: `${FILE}\n`,
      err: said,
    });
    expect(changed(folder)).toEqual(lines);
    expect(lockIn(folder).split('\n')).toHaveLength(LOCK.split('\n').length);
  });

  test('adds the line of a digest that was not there, with the comment that belongs to it', async () => {
    const folder = shop(LOCK.replace(/ {4}digest: .*:digest"}\n/, ''));
    await keelson(`images set web 1.11@${B} --env next`, { folder });
    expect(lockIn(folder)).toContain(
      `    tag: "1.11"${marked('tag')}\n    digest: ${B}${marked('digest')}\n\nprod:`,
    );
  });

  test('leaves the line ends of Windows as they are', async () => {
    const lock = LOCK.replaceAll('\n', '\r\n');
    const folder = shop(lock);
    await keelson(`images set web 1.5.0@${B} --env prod`, { folder });
    expect(lockIn(folder)).toBe(
      lock
        .replace('1.4.2   #', '1.5.0   #')
        .replace(`digest: ${A}\r\n    'a b'`, `digest: ${B}\r\n    'a b'`),
    );
  });

  test('without a digest, production refuses it', async () => {
    const folder = shop();
    await keelson('images set web 1.5.0 --env prod', { folder });
    const { code, err } = await keelson('synth', { folder });
    expect(code).toBe(1);
    expect(err).toContain("container 'mailer' runs 'ghcr.io/shop/web:1.5.0' without a digest");
    expect(err).toContain('hint: `keelson images set web 1.5.0@sha256:… --env prod`');
  });

  test.each([
    ['webb 1.5.0 --env prod', "did you mean 'web'? known images: a b, web"],
    ['web 1.5.0 --env prd', "did you mean 'prod'?"],
    ['web 1.5.0 --env shared', `environment 'shared' is not in ${FILE}`],
    ['web 1.5.0', 'code: usage/missing-option'],
    ['web --env prod', 'code: usage/missing-argument'],
    ['web web:1.5.0 --env prod', "'web:1.5.0' is no tag for 'web'"],
    ['web -1 --env prod', "'-1' is no tag for 'web'"],
    ['web .1 --env prod', "'.1' is no tag for 'web'"],
    [`web ${'1'.repeat(129)} --env prod`, 'is no tag for'],
    ['web 1.5.0@sha256:abc --env prod', "'sha256:abc' is no digest for 'web'"],
    [`web 1.5.0@${A} --digest ${B} --env prod`, 'code: image/two-digests'],
    ['__proto__ 1 --env prod', "image '__proto__' is not in"],
  ])('fails with %s', async (args, message) => {
    const folder = shop();
    const { code, err, out } = await keelson(`images set ${args}`, { folder });
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(message);
    expect(lockIn(folder)).toBe(LOCK);
  });

  test('reaches every cluster that the environment runs on, or none', async () => {
    const lock = `prod:\n  web:\n    repository: r.io/web\n    tag: 1.0\n`;
    const locks = { 'images/shop/main.yaml': lock, 'images/shop/far.yaml': `# far\n${lock}` };
    const fleet = program()
      .replace("'1.34' } }", "'1.34' }, far: { provider: 'generic', kubernetes: '1.34' } }")
      .replace("prod: { cluster: 'main'", "prod: { cluster: ['main', 'far']");
    const folder = project({ 'charts/main.ts': fleet, ...locks });
    const { out } = await keelson('images set web 1.1 --env prod', { folder });
    expect(out).toBe('images/shop/main.yaml\nimages/shop/far.yaml\n');
    const only = await keelson('images set web 1.2 --env prod --cluster far', { folder });
    expect(only.out).toBe('images/shop/far.yaml\n');
    expect(tree(join(folder, 'images'))).toEqual({
      'shop/far.yaml': `# far\n${lock.replace('1.0', '1.2')}`.replace('1.2', '"1.2"'),
      'shop/main.yaml': lock.replace('1.0', '"1.1"'),
    });
    put(folder, { 'images/shop/far.yaml': 'prod: { web: { repository: r.io/web, tag: "1" } }\n' });
    const before = tree(join(folder, 'images'));
    expect((await keelson('images set web 1.3 --env prod', { folder })).code).toBe(2);
    expect(tree(join(folder, 'images'))).toEqual(before);
  });

  test('pins an image that Keelson chose, by its reference', async () => {
    const name = 'redis/redis-stack-server:7.2.0-v14';
    const entry = `    ${name}:\n        repository: redis/redis-stack-server\n        tag: 7.2.0-v14\n`;
    const folder = shop(LOCK.replace("    'a b'", `${entry}    'a b'`));
    const { code } = await keelson(`images set ${name} 7.2.0-v14@${B} --env prod`, { folder });
    expect(code).toBe(0);
    expect(lockIn(folder)).toContain(`        tag: 7.2.0-v14\n        digest: ${B}\n`);
    const { out } = await keelson('images check --env prod', { folder });
    expect(out).not.toContain('pinned by its tag alone');
  });

  test('fails with an empty tag', async () => {
    const folder = shop();
    const { code, err } = await keelson(['images', 'set', 'web', '', '--env', 'prod'], { folder });
    expect(code).toBe(2);
    expect(err).toContain("'' is no tag for 'web'");
  });

  test('fails where an entry is not written in lines, and changes nothing', async () => {
    const folder = shop();
    const { code, err } = await keelson(['images', 'set', 'a b', '2', '--env', 'prod'], { folder });
    expect(code).toBe(2);
    expect(err).toContain(`${FILE}: 'prod.a b' is not written as one line for each field`);
    expect(lockIn(folder)).toBe(LOCK);
  });

  test('fails where there is no lock', async () => {
    const folder = project({ 'charts/main.ts': program() });
    const { code, err } = await keelson('images set web 1 --env prod', { folder });
    expect(code).toBe(2);
    expect(err).toContain(`environment 'prod' has no lock: there is no ${FILE}`);
  });
});

describe('check', () => {
  test('shows what the rules say of images, and nothing else', async () => {
    const { code, err, out } = await keelson('images check', { folder: shop() });
    expect({ code, err }).toEqual({ code: 1, err: '' });
    expect(out.replaceAll(/\d+ objects?/g, 'N objects')).toMatchInlineSnapshot(`
      "no problems in N objects (next)

      warning  prod/images  image-pinned  cache: 'redis/redis-stack-server:7.2.0-v14' is pinned by its tag alone, which its owner can move
               hint: put 'redis/redis-stack-server:7.2.0-v14' as a name into the image lock, with repository, tag and digest
      warning  prod/images  image-used    images/shop/main.yaml has 'a b' under 'prod', and nothing runs it
               hint: take it out of the lock: whoever reads it believes that it runs
      2 warnings in N objects (prod)

      the rules looked at
        image-automatic  N objects
        image-pinned     N objects
        image-flawed     N objects
        image-mirrored   N objects
        image-setter     N objects
        image-used       N objects
      "
    `);
  });

  test('says yes when all that is left is waived, and shows why', async () => {
    const folder = shop(
      LOCK.replace(/ {4}'a b'.*\n/, ''),
      ", waive: { 'image-pinned': 'Redis goes soon' }",
    );
    const { code, out } = await keelson('images check --env prod', { folder });
    expect(code).toBe(0);
    expect(out).toContain('because: Redis goes soon');
    expect(out).toMatch(/no problems, 1 waived in \d+ objects \(prod\)/);
    const synth = await keelson('synth', { folder });
    expect(synth).toMatchObject({
      code: 0,
      err: expect.stringContaining('because: Redis goes soon'),
    });
    expect((await keelson('check --strict', { folder })).code).toBe(0);
    const { findings, errors, warnings } = JSON.parse(
      (await keelson('check --output json', { folder })).out,
    );
    expect({ errors, warnings }).toEqual({ errors: 0, warnings: 0 });
    expect(findings).toMatchObject([{ severity: 'waived', because: 'Redis goes soon' }]);
    const sarif = JSON.parse((await keelson('check --output sarif', { folder })).out);
    expect(sarif.runs[0].results).toMatchObject([
      { level: 'note', suppressions: [{ kind: 'external', justification: 'Redis goes soon' }] },
    ]);
  });

  test('says no when a name is missing', async () => {
    const folder = shop(LOCK.replaceAll('  web:', '  wep:'));
    const { code, err, out } = await keelson('images check', { folder });
    expect({ code, err }).toEqual({ code: 1, err: '' });
    expect(out).toContain(`image 'web' is not in ${FILE} under 'next'`);
    expect(out).toContain("did you mean 'wep'?");
  });

  test.each([
    ['tag: 1.4.2', 'tag: 1.4 2', `'prod.web.tag' is no tag: "1.4 2"`],
    ['tag: 1.4.2', 'tag:', `'prod.web.tag' is no tag: ""`],
    [`digest: ${A}\n    'a`, `digest: sha256:1\n    'a`, "'prod.web.digest' is no sha256 digest"],
    ['tag: 1.4.2', 'tagg: 1.4.2', "'prod.web.tagg' is no key that a lock has"],
    [
      'repository: ghcr.io/shop/web',
      'repository: ghcr.io/shop/web:1.2',
      `'next.web.repository' is no repository: "ghcr.io/shop/web:1.2"`,
    ],
    [
      'repository: ghcr.io/shop/web',
      'repository: https://ghcr.io/shop/web',
      'hint: registry and name alone',
    ],
  ])('cannot look at a lock with %j turned into %j', async (from, to, message) => {
    const { code, err } = await keelson('images check', { folder: shop(LOCK.replace(from, to)) });
    expect(code).toBe(2);
    expect(err).toContain(message);
  });
});

test('the registry of a repository may have a port', async () => {
  const lock = LOCK.replaceAll('ghcr.io/shop', 'registry.example.com:5000/shop');
  const { out } = await keelson('images list --env prod', { folder: shop(lock) });
  expect(out).toContain('registry.example.com:5000/shop/web:1.4.2@sha256:');
});

test('a waiver of a rule that is none is refused', async () => {
  const folder = shop(LOCK, ", waive: { 'image-pined': 'because' }");
  const { code, err } = await keelson('check', { folder });
  expect(code).toBe(2);
  expect(err).toContain("'waive' names 'image-pined', which is no rule");
  expect(err).toContain("did you mean 'image-pinned'?");
  put(folder, { 'charts/main.ts': program(", waive: { 'image-pinned': ' ' }") });
  expect((await keelson('check', { folder })).err).toContain(
    "'waive' gives no reason for 'image-pinned'",
  );
});

test.each(['list', 'set', 'check'])('images %s has help with examples', async (name) => {
  const { code, out } = await keelson(`images ${name} --help`);
  expect(code).toBe(0);
  expect(out).toContain(`Examples:\n  keelson images ${name}`);
});
