import { join } from 'node:path';
import { expect, test } from 'vitest';
import { guardData } from '../../src/operations/data-guard.ts';
import { keelson } from './keelson.ts';
import { project, put, tree } from './project.ts';

interface Given {
  readonly tier?: 'production' | 'preproduction' | 'review';
  /** What compose builds. */
  readonly build?: string;
  readonly environments?: readonly string[];
}

const CACHE = `new Redis(env.layer('data'), 'cache', { memory: '128Mi' });`;

/** A platform with one Redis in each environment. */
function program({
  build = CACHE,
  environments = ['prod'],
  tier = 'production',
}: Given = {}): string {
  const all = environments.map(
    (name) =>
      `${name}: { cluster: 'c', tier: '${tier}', domain: 'x.example', settings: undefined }`,
  );
  return `
import { definePlatform, Postgres, Redis, WebApp } from 'keelson';
export default definePlatform({
  name: 'shop',
  clusters: { c: { provider: 'generic', kubernetes: '1.34' } },
  environments: { ${all.join(', ')} },
  compose(env) { ${build} },
});
`;
}

/** Writes one program, then another over it. */
async function change(before: Given, after: Given, args = 'synth') {
  const folder = project({ 'charts/main.ts': program(before) });
  expect((await keelson('synth', { folder })).code).toBe(0);
  const dist = tree(join(folder, 'dist'));
  put(folder, { 'charts/main.ts': program(after) });
  const said = await keelson(args, { folder });
  return {
    ...said,
    folder,
    untouched: JSON.stringify(tree(join(folder, 'dist'))) === JSON.stringify(dist),
  };
}

const DIGEST = `sha256:${'0'.repeat(64)}`; // production asks for one
const NOTHING = `new WebApp(env.layer('apps'), 'web', { image: 'web:1@${DIGEST}', port: 8000 });`;

test.each<[string, Given, Given, string]>([
  ['is removed', {}, { build: NOTHING }, 'data/vanished'],
  ['is renamed', {}, { build: CACHE.replace('cache', 'store') }, 'data/vanished'],
  ['moves to another layer', {}, { build: CACHE.replace('data', 'cold') }, 'data/moved'],
  [
    'moves to another namespace',
    {},
    { build: CACHE.replace(`'data'`, `'data', { namespace: 'dbs' }`) },
    'data/vanished',
  ],
  [
    'gets other volumes',
    {},
    { build: CACHE.replace(`'128Mi'`, `'128Mi', storage: '50Gi'`) },
    'data/volumes-changed',
  ],
  [
    'loses its environment',
    { environments: ['prod', 'qa'] },
    { environments: ['prod'] },
    'data/vanished',
  ],
  ['is removed while the tier drops', {}, { build: NOTHING, tier: 'review' }, 'data/vanished'],
  [
    'is retired in the same step as it is removed',
    {},
    { build: NOTHING + CACHE.replace('cache', 'other').replace(' }', ', retire: true }') },
    'data/vanished',
  ],
])('fails when a service that keeps data %s', async (_, before, after, code) => {
  const { code: exit, err, untouched } = await change(before, after);
  expect({ exit, untouched }).toEqual({ exit: 2, untouched: true });
  expect(err).toContain(`code: ${code}\n`);
  expect(err).toContain(`StatefulSet 'cache'`);
});

const database = (props: string) =>
  `new Postgres(env.layer('data'), 'db', { databases: ['shop'], ${props} });`;

test.each([
  ["storage: '200Gi'", "storage: '20Gi'", "'storage' of Cluster 'db' goes from 200Gi to 20Gi"],
  ["storage: '1Ti'", "storage: '900Gi'", "'storage' of Cluster 'db' goes from 1Ti to 900Gi"],
  ["walStorage: '20Gi'", "walStorage: '10Gi'", "'walStorage' of Cluster 'db' goes from 20Gi to"],
])('fails when %s of a database becomes %s', async (before, after, message) => {
  const { code, err, untouched } = await change(
    { build: database(before) },
    { build: database(after) },
  );
  expect({ code, untouched }).toEqual({ code: 2, untouched: true });
  expect(err).toContain(message);
  expect(err).toContain('code: data/storage-shrinks\n');
});

test('fails when the volume for the log of a database goes', async () => {
  const { code, err, folder } = await change({ build: database('') }, { build: database('') });
  expect({ code, err }).toMatchObject({ code: 0 });
  const [path = '', text = ''] =
    Object.entries(tree(join(folder, 'dist'))).find(([file]) =>
      file.endsWith('/cluster-db.yaml'),
    ) ?? [];
  const written = new Map([[path, text.replace(/^ {2}walStorage:\n.*\n/m, '')]]);
  const plan = { out: join(folder, 'dist'), removed: [], written: [path], files: written };
  expect(() => guardData(plan)).toThrow(
    "'walStorage' of Cluster 'db' goes from 10Gi to none, which the operator refuses",
  );
});

test('volumes of a database grow', async () => {
  const before = { build: database("storage: '20Gi', walStorage: '10Gi'") };
  const after = { build: database("storage: '1Ti', walStorage: '10240Mi'") };
  expect((await change(before, after)).code).toBe(0);
});

test('data may go one step after it was retired', async () => {
  const retired = { build: CACHE.replace(' }', ', retire: true }') };
  const { code, folder } = await change({}, retired);
  expect(code).toBe(0);
  put(folder, { 'charts/main.ts': program({ build: NOTHING }) });
  const { code: then } = await keelson('synth', { folder });
  expect(then).toBe(0);
  expect(Object.keys(tree(join(folder, 'dist'))).join()).not.toContain('statefulset');
});

test('a new id that says what it was before changes no file', async () => {
  const renamed = `new Redis(env.layer('data'), 'store', { memory: '128Mi', renamedFrom: 'cache' });`;
  const { code, untouched } = await change({}, { build: renamed });
  expect({ code, untouched }).toEqual({ code: 0, untouched: true });
});

test('from a review environment everything may go', async () => {
  const { code } = await change({ tier: 'review' }, { tier: 'review', build: NOTHING });
  expect(code).toBe(0);
});

test('what is not written is not judged', async () => {
  const both = { environments: ['prod', 'qa'] };
  const build = `if (env.name === 'prod') { ${NOTHING} } else { ${CACHE} }`;
  const { code } = await change(both, { ...both, build }, 'synth --only qa');
  expect(code).toBe(0);
});
