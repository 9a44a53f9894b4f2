import { expect, test } from 'vitest';
import type { Access } from '../../src/core/access.ts';
import { definePlatform } from '../../src/core/platform.ts';
import { buildCluster } from '../../src/operations/build.ts';
import { Redis } from '../../src/services/redis.ts';
import { WebApp } from '../../src/services/web-app.ts';
import { Worker } from '../../src/services/worker.ts';
import { Archive, Ledger } from '../core/invented.ts';
import { CLUSTER, LOCK, schemas } from '../synth.ts';

type Uses = Readonly<Record<string, Access>>;

/**
 * Three owners: one makes an object for each grant, one keeps all its clients in one, and Redis does both: rules
 * stand in one list, and the hashes of each client in a Secret that its pods have to mount.
 */
function filesOf(pick: (all: Uses) => Uses): Map<string, string> {
  const platform = definePlatform({
    name: 'test',
    clusters: { test: { ...CLUSTER, git: { url: 'ssh://git@example.com/shop', branch: 'main' } } },
    environments: {
      prod: { cluster: 'test', tier: 'production', domain: 'example.com', settings: undefined },
    },
    compose(env) {
      const archive = new Archive(env.layer('records'), 'archive');
      const ledger = new Ledger(env.layer('data'), 'ledger');
      const cache = new Redis(env.layer('caches'), 'cache', { memory: '64Mi', backup: false });
      const all = {
        ARCHIVE: archive.read,
        LEDGER: ledger.book('sales').write,
        CACHE: cache.keys('web:*').readWrite,
      };
      new WebApp(env.layer('apps'), 'web', { image: 'shop', port: 8000, uses: pick(all) });
      new Worker(env.layer('apps'), 'mailer', {
        image: 'shop',
        uses: { LEDGER: ledger.book('sales').read, CACHE: cache.keys('mail:*').read },
      });
    },
  });
  const run = <T>(call: () => T): T => call();
  return buildCluster(run, { platform, cluster: 'test', lock: LOCK, schemas, sealed: [] }).files();
}

/** What a reviewer sees: the files that go, and the lines that go or come. */
function difference(before: Map<string, string>, after: Map<string, string>): string {
  const paths = [...new Set([...before.keys(), ...after.keys()])].sort();
  return paths
    .flatMap((path) => {
      const [old, now] = [before.get(path), after.get(path)];
      if (old === now) return [];
      if (now === undefined) return [`- ${path}`];
      if (old === undefined) return [`+ ${path}`];
      return [`  ${path}`, ...linesOf(old, now, '-'), ...linesOf(now, old, '+')];
    })
    .map((line) => `${line}\n`)
    .join('');
}

function linesOf(text: string, other: string, sign: string): string[] {
  const rest = other.split('\n');
  return text.split('\n').flatMap((line) => {
    const at = rest.indexOf(line);
    if (at < 0) return [`      ${sign}${line}`];
    rest.splice(at, 1);
    return [];
  });
}

const whole = filesOf((all) => all);

test.each([
  ['archive', ({ ARCHIVE: _, ...others }: Uses) => others],
  ['ledger', ({ LEDGER: _, ...others }: Uses) => others],
  ['redis', ({ CACHE: _, ...others }: Uses) => others],
] as const)(
  'a deleted line takes away what it caused, and nothing else: %s',
  async (name, pick) => {
    const diff = difference(whole, filesOf(pick as (all: Uses) => Uses));
    await expect(diff).toMatchFileSnapshot(`../golden/connections/without-${name}.diff`);
  },
);

test('a line that is put back gives every byte again', () => {
  const again = filesOf(({ ARCHIVE, CACHE, LEDGER }) => ({ LEDGER, CACHE, ARCHIVE }) as Uses);
  expect(difference(whole, again)).toBe('');
});
