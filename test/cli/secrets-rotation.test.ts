import { expect, test } from 'vitest';
import { dayOf } from '../../src/operations/secrets/rotated-on.ts';
import { keelson } from './keelson.ts';
import { project, put, tree } from './project.ts';
import { CERTIFICATE } from './sealing-certificates.ts';

const SEALED = "{ backend: 'sealed-secrets' }";
const VAULT =
  "{ backend: 'external-secrets', store: { vault: { server: 'https://v:8200', path: 'kv', role: 'shop' } } }";

/** Two services, of which one reads a password that somebody gives. */
const program = (secrets: string, more = ''): string => `
import { definePlatform, ManagedRedis, Worker } from 'keelson';

export default definePlatform({
  name: 'shop',
  clusters: { main: { provider: 'generic', kubernetes: '1.34' } },
  environments: {
    prod: { cluster: 'main', tier: 'review', domain: 'example.com', settings: {}, secrets: ${secrets}, ${more} },
  },
  compose(env) {
    const far = new ManagedRedis(env.layer('data'), 'far', { host: 'redis.example.com', cidrs: ['10.0.0.0/16'] });
    const apps = env.layer('apps');
    new Worker(apps, 'mailer', { image: 'mailer:1', uses: { FAR: far.keys('*').read } });
    new Worker(apps, 'idler', { image: 'idler:1' });
  },
});
`;

const given = (password: string) => ({ '.env': `FAR_AUTH_PASSWORD=${password}\n` });

function shop(secrets: string, more = '') {
  const files = { 'charts/main.ts': program(secrets, more), ...given('first') };
  return project({ ...files, 'sealing.pem': CERTIFICATE });
}

const seal = (folder: string) =>
  keelson('secrets seal --env prod --from .env --cert sealing.pem', { folder });

/** The lines that one synth has changed, by file. */
async function changedBy(folder: string, act: () => unknown): Promise<Record<string, string[]>> {
  const dist = () => Object.entries(tree(folder)).filter(([path]) => path.startsWith('dist/'));
  expect((await keelson('synth', { folder })).code).toBe(0);
  const before = new Map(dist());
  await act();
  expect((await keelson('synth', { folder })).code).toBe(0);
  const changes = dist().map(([path, text]) => {
    const old = before.get(path)?.split('\n') ?? [];
    return [path, text.split('\n').filter((line) => !old.includes(line))] as const;
  });
  return Object.fromEntries(changes.filter(([, lines]) => lines.length > 0));
}

test('new ciphertext rolls the pods that read it, and nobody else', async () => {
  const folder = shop(SEALED);
  await seal(folder);
  const changes = await changedBy(folder, async () => {
    put(folder, given('second'));
    expect((await seal(folder)).code).toBe(0);
  });
  expect(Object.keys(changes)).toEqual([
    'dist/shop/main/prod/apps/mailer/deployment-mailer.yaml',
    'dist/shop/main/prod/data/far/sealedsecret-far-auth.yaml',
  ]);
  expect(changes['dist/shop/main/prod/apps/mailer/deployment-mailer.yaml']).toEqual([
    expect.stringMatching(/^ {8}keelson\.dev\/credential-hash: "?[0-9a-f]{16}"?$/),
  ]);
});

test.each([
  ['existing', "'existing'", []],
  ['external-secrets', VAULT, ['dist/shop/main/prod/data/far/externalsecret-far-auth.yaml']],
])(
  '%s: a day that somebody writes rolls the pods, and the store is read at once',
  async (_, backend, also) => {
    const folder = shop(backend);
    const rotate = (day: string) => () =>
      put(folder, { 'charts/main.ts': program(backend, `rotated: { 'far-auth': '${day}' }`) });
    const first = await changedBy(folder, rotate('2026-11-20'));
    expect(Object.keys(first)).toEqual([
      'dist/shop/main/prod/apps/mailer/deployment-mailer.yaml',
      ...also,
    ]);
    for (const later of ['2026-11-21', '2026-11-21T16:30Z']) {
      expect(await changedBy(folder, rotate(later))).toMatchObject(
        Object.fromEntries(Object.keys(first).map((path) => [path, expect.any(Array)])),
      );
    }
  },
);

test('the list tells how old a value is, where Git knows', async () => {
  const folder = shop(SEALED);
  await seal(folder);
  expect((await keelson('secrets list', { folder })).out).toContain(
    `read by prod/mailer, of ${dayOf(new Date())}, 0 days old`,
  );
  const rotated = shop("'existing'", "rotated: { 'far-auth': '2020-01-01' }");
  const { out } = await keelson('secrets list', { folder: rotated });
  expect(out).toMatch(/of 2020-01-01, \d{4} days old/);
  const json = JSON.parse((await keelson('secrets list --output json', { folder: rotated })).out);
  expect(json.environments[0].secrets[0]).toMatchObject({ rotatedOn: '2020-01-01' });
});

test('a day beside a name that is none is a finding', async () => {
  const folder = shop("'existing'", "rotated: { 'far-out': '2026-11-21' }");
  const { code, err } = await keelson('synth', { folder });
  expect(code).toBe(1);
  expect(err).toContain("'rotated' names 'far-out', which is no Secret of 'prod'");
  expect(err).toContain("did you mean 'far-auth'?");
});

test.each(['2026-02-30', 'yesterday', '21.11.2026', '2026-11-21T25:00Z'])(
  'fails on the day %s',
  async (day) => {
    const folder = shop("'existing'", `rotated: { 'far-auth': '${day}' }`);
    expect(await keelson('synth', { folder })).toMatchObject({
      code: 2,
      err: expect.stringContaining(`'rotated' says of 'far-auth' "${day}", which is no day`),
    });
  },
);

test.each([
  [
    'existing',
    "'existing'",
    'Change password of Secret `far-auth` in namespace `shop-prod`, and what follows from it (url: derived from password), write the day under `rotated` of prod',
  ],
  [
    'external-secrets',
    VAULT,
    'Write the new value in the store (shop/prod/far-auth), write the day under `rotated` of prod',
  ],
  [
    'sealed-secrets',
    SEALED,
    'Put new values for FAR_AUTH_PASSWORD into `.env`; run `keelson secrets seal --env prod --from .env --cert sealing.pem`',
  ],
])('the runbook says how a value is rotated: %s', async (_, backend, step) => {
  const folder = shop(backend);
  await seal(folder);
  const { code, out } = await keelson('secrets runbook --env prod', { folder });
  expect(code).toBe(0);
  expect(out).toContain('### far-auth\n\nBelongs to far; read by prod/mailer.');
  expect(out).toContain(step);
  expect(out).toContain('Then prod/mailer rolls by itself.');
});
