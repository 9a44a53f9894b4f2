import { Construct } from 'constructs';
import { expect, test } from 'vitest';
import { external } from '../../src/core/access.ts';
import { layerOrder } from '../../src/gitops/order.ts';
import { render } from '../../src/output/render.ts';
import { CronTask } from '../../src/services/cron-task.ts';
import { Redis } from '../../src/services/redis.ts';
import { WebApp, type WebAppProps } from '../../src/services/web-app.ts';
import { Worker } from '../../src/services/worker.ts';
import { modelOfAll, type TestEnvironment } from '../synth.ts';
import { Archive, Ledger } from './invented.ts';

type Around = (scope: Construct, name: string) => Construct;
const plainly: Around = (scope) => scope;
const wrapped: Around = (scope, name) => new Construct(new Construct(scope, `${name}s`), name);

/** Everything that there is, with one place around each service that may be exchanged. */
function everything(env: TestEnvironment, around: Around, uses: WebAppProps['uses'] = {}) {
  const data = env.layer('data');
  const cache = new Redis(around(data, 'caching'), 'cache', { memory: '64Mi' });
  const ledger = new Ledger(around(data, 'booking'), 'ledger');
  const archive = new Archive(around(data, 'storing'), 'archive');
  const shop = new WebApp(around(env.layer('apps'), 'selling'), 'shop', {
    image: 'shop',
    port: 8000,
    scale: {},
    files: { '/etc/shop.yaml': 'a: 1\n' },
    uses: { CACHE: cache.keys('*').readWrite, LEDGER: ledger.book('a').write, ...uses },
    migrate: { command: ['/migrate'] },
    smokeTest: { command: ['/smoke'] },
    metrics: {},
    expose: { host: env.domain, through: { name: 'edge', from: [{ cidr: '10.0.0.0/8' }] } },
  });
  const late = around(env.layer('apps'), 'posting');
  new Worker(late, 'mailer', { image: 'shop', uses: { SHOP: shop.http, OLD: archive.read } });
  new CronTask(around(env.layer('apps'), 'reporting'), 'report', {
    image: 'shop',
    schedule: '0 3 * * *',
    uses: { LEDGER: ledger.book('b').read },
  });
}

function filesOf(compose: (env: TestEnvironment) => void): Map<string, string> {
  return render(modelOfAll(compose, { environment: { metrics: 'prometheus' } }));
}

/** What stands on one side only, and what differs. */
function differences(before: Map<string, string>, after: Map<string, string>): string[] {
  const paths = [...new Set([...before.keys(), ...after.keys()])].sort();
  return paths.flatMap((path) => {
    const [old, now] = [before.get(path), after.get(path)];
    if (old === now) return [];
    return [
      `${old === undefined ? '+' : now === undefined ? '-' : '~'} ${path.slice('test/test/prod/'.length)}`,
    ];
  });
}

test('wrapping services in constructs changes no byte', () => {
  const before = filesOf((env) => everything(env, plainly));
  expect(before.size).toBeGreaterThan(40);
  const after = filesOf((env) => everything(env, wrapped));
  expect(differences(before, after)).toEqual([]);
});

test('the order of the code changes no byte', () => {
  const both = (env: TestEnvironment, order: readonly ('a' | 'b')[]) => {
    const ledger = new Ledger(env.layer('data'), 'ledger');
    for (const name of order) {
      const uses = { LEDGER: ledger.book(name).read, API: external('api.example.com', 443) };
      new Worker(env.layer(`${name}pps`), name, { image: 'shop', uses });
    }
  };
  const before = filesOf((env) => both(env, ['a', 'b']));
  const after = filesOf((env) => both(env, ['b', 'a']));
  expect(differences(before, after)).toEqual([]);
});

test('two composes of one program give the same bytes', () => {
  const build = () => filesOf((env) => everything(env, plainly));
  expect([...build()]).toEqual([...build()]);
});

test('a further connection touches its client, the policies of the pair, and nothing else', () => {
  const before = filesOf((env) => everything(env, plainly));
  const after = filesOf((env) => {
    const other = new Archive(env.layer('data'), 'other');
    everything(env, plainly, { OTHER: other.read });
  });
  const withOther = filesOf((env) => {
    new Archive(env.layer('data'), 'other');
    everything(env, plainly);
  });
  expect(differences(before, withOther)).toEqual([
    '~ data/kustomization.yaml',
    '+ data/other/configmap-other.yaml',
  ]);
  expect(differences(withOther, after)).toEqual([
    '~ apps-before/kustomization.yaml',
    '~ apps-before/shop-migrate/job-shop-migrate.yaml',
    '+ apps-before/shop-migrate/networkpolicy-shop-migrate-to-other.yaml',
    '~ apps/kustomization.yaml',
    '~ apps/shop/deployment-shop.yaml',
    '+ apps/shop/networkpolicy-shop-to-other.yaml',
    '~ data/kustomization.yaml',
    '+ data/other/configmap-other-shop.yaml',
    '+ data/other/networkpolicy-other-from-shop-migrate.yaml',
    '+ data/other/networkpolicy-other-from-shop.yaml',
  ]);
});

/** A client in one layer, an owner in another, and the one line between them. */
function pair(connected: boolean) {
  return modelOfAll((env) => {
    const archive = new Archive(env.layer('data'), 'archive');
    const cache = new Redis(env.layer('cache'), 'cache', { memory: '64Mi' });
    const uses = { CACHE: cache.keys('*').read, ...(connected && { OLD: archive.read }) };
    new Worker(env.layer('apps'), 'mailer', { image: 'shop', uses });
  });
}

test('deleting one line of `uses` removes variables, both policies, the grant and the order, and nothing else', () => {
  const [before, after] = [pair(true), pair(false)];
  expect(differences(render(before), render(after))).toEqual([
    '~ apps/kustomization.yaml',
    '~ apps/mailer/deployment-mailer.yaml',
    '- apps/mailer/networkpolicy-mailer-to-archive.yaml',
    '- data/archive/configmap-archive-mailer.yaml',
    '- data/archive/networkpolicy-archive-from-mailer.yaml',
    '~ data/kustomization.yaml',
  ]);
  const deployment = 'test/test/prod/apps/mailer/deployment-mailer.yaml';
  const lines = (model: typeof before) => (render(model).get(deployment) ?? '').split('\n');
  const gone = lines(before).filter((line) => !lines(after).includes(line));
  expect(lines(after).every((line) => lines(before).includes(line))).toBe(true);
  expect(gone.filter((line) => line.includes('name: ')).map((line) => line.trim())).toEqual([
    '- name: OLD_HOST',
    '- name: OLD_PORT',
    '- name: OLD_TOKEN',
    'name: archive-mailer',
  ]);
  const orderOf = (model: typeof before) => [...(layerOrder(model).get('prod/apps')?.keys() ?? [])];
  expect(orderOf(before).sort()).toEqual(['prod/cache', 'prod/data']);
  expect(orderOf(after)).toEqual(['prod/cache']);
  expect(before.secrets.map(({ name }) => name).sort()).toEqual([
    'archive-mailer',
    'cache-internal',
    'cache-mailer',
  ]);
  expect(after.secrets.map(({ name }) => name)).toEqual(['cache-internal', 'cache-mailer']);
});
