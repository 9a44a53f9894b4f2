import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import { keelson } from '../cli/keelson.ts';
import { project, tree } from '../cli/project.ts';
import { goTool } from '../tools.ts';

let kyaml = '';
beforeAll(async () => {
  kyaml = await goTool('kyaml');
}, 300_000);

const OLD = `sha256:${'0'.repeat(64)}`;
const NEW = `sha256:${'1'.repeat(64)}`;
const POLICY = 'flux-system:shop-main-next-web';

const program = (mirror = ''): string => `
import { ApiObject } from 'cdk8s';
import { definePlatform, imageOf, WebApp } from 'keelson';

export default definePlatform({
  name: 'shop',
  clusters: { main: { provider: 'generic', kubernetes: '1.34'${mirror} } },
  environments: {
    next: { cluster: 'main', tier: 'review', domain: 'next.example.com', images: 'automatic', settings: {} },
    prod: { cluster: 'main', tier: 'production', domain: 'example.com', settings: {} },
  },
  compose(env) {
    const apps = env.layer('apps');
    new WebApp(apps, 'web', { image: 'web', port: 8080, migrate: { command: ['migrate'] } });
    new ApiObject(apps, 'tool', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'tool' },
      data: { image: imageOf(apps, 'web') },
    });
  },
});
`;

const marked = (end: string): string => ` # {"$imagepolicy": "${POLICY}:${end}"}`;

const LOCK = `# what runs where
next:
  web:
    repository: ghcr.io/shop/web
    tag: 1.4.2${marked('tag')}
    digest: ${OLD}${marked('digest')}
prod:
  web:
    repository: ghcr.io/shop/web
    tag: 1.4.2 # moved by people
    digest: ${OLD}
`;

/** A project whose dist/ is written. */
async function written(lock = LOCK, mirror?: string): Promise<string> {
  const folder = project({ 'charts/main.ts': program(mirror), 'images/shop/main.yaml': lock });
  expect(await keelson('synth', { folder })).toMatchObject({ code: 0, out: '' });
  return folder;
}

/** What image-automation-controller does to the whole repository when a policy has a new image. */
async function automation(folder: string, image: string): Promise<string[]> {
  const { stdout } = await promisify(execFile)(kyaml, [folder, `${POLICY}=${image}`]);
  return stdout.split('\n').filter(Boolean).sort();
}

const DEPLOYMENT = 'dist/shop/main/next/apps/web/deployment-web.yaml';
const EDITED = [
  'dist/shop/main/next/apps-before/web-migrate/job-web-migrate.yaml',
  'dist/shop/main/next/apps/tool/configmap-tool.yaml',
  DEPLOYMENT,
  'images/shop/main.yaml',
];

describe('after Flux moved an image, the next synth writes nothing', () => {
  test.each([
    ['to a tag and its digest', `ghcr.io/shop/web:1.5.0@${NEW}`],
    ['to a tag that YAML takes for a number', `ghcr.io/shop/web:1.10@${NEW}`],
    ['to a tag alone, as its policy follows no digests', 'ghcr.io/shop/web:1.5.0'],
  ])('%s', async (_, image) => {
    const folder = await written();
    const before = tree(folder);
    expect(await automation(folder, image)).toEqual(EDITED);
    const after = tree(folder);
    expect(after[DEPLOYMENT]).toContain(`image: ${image} # {"$imagepolicy": "${POLICY}"}`);
    expect(after['images/shop/main.yaml']).toContain('tag: 1.4.2 # moved by people');

    const said = await keelson('synth', { folder });
    expect(said).toMatchObject({
      code: 0,
      err: expect.stringContaining('dist: 0 written, 0 removed'),
    });
    expect(tree(folder)).toEqual(after);
    expect(Object.keys(after)).toEqual(Object.keys(before));
  });

  test('from a mirror: the lock keeps the real name', async () => {
    const folder = await written(LOCK, ", registryMirror: 'mirror.example.com/cache'");
    const image = `mirror.example.com/cache/ghcr.io/shop/web:1.5.0@${NEW}`;
    expect(await automation(folder, image)).toEqual(EDITED);
    const after = tree(folder);
    expect(after['images/shop/main.yaml']).not.toContain('mirror.example.com');
    const said = await keelson('synth', { folder });
    expect(said.err).toContain('dist: 0 written, 0 removed');
    expect(tree(folder)).toEqual(after);
  });

  test('and twice in a row, after somebody pinned one by hand', async () => {
    const folder = await written();
    await automation(folder, `ghcr.io/shop/web:1.10@${NEW}`);
    expect((await keelson('images set web 1.2 --env next', { folder })).code).toBe(0);
    expect((await keelson('synth', { folder })).code).toBe(0);
    expect(await automation(folder, `ghcr.io/shop/web:1.11@${OLD}`)).toEqual(EDITED);
    expect((await keelson('synth', { folder })).err).toContain('dist: 0 written, 0 removed');
  });
});

test('what would not come back the same is refused before', async () => {
  const bare = LOCK.replace(/ # \{.*:digest"\}/, '');
  const folder = project({ 'charts/main.ts': program(), 'images/shop/main.yaml': bare });
  const { code, err } = await keelson('synth', { folder });
  expect(code).toBe(1);
  expect(err).toContain("images/shop/main.yaml:6: 'digest' of 'web' has no setter comment");
  expect(err).toContain(`hint: end the line with${marked('digest')}`);
});
