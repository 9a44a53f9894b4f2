import { expect, test } from 'vitest';
import type * as k8s from '#imports/k8s.ts';
import { type Access, external, soft, through } from '../../src/core/access.ts';
import { connect } from '../../src/core/connection.ts';
import { definePlatform } from '../../src/core/platform.ts';
import { Redis } from '../../src/services/redis.ts';
import { WebApp } from '../../src/services/web-app.ts';
import { Worker } from '../../src/services/worker.ts';
import {
  CLUSTER,
  finished,
  LOCK,
  listed,
  modelOf,
  modelOfAll,
  objectOf,
  specOf,
} from '../synth.ts';
import { Archive, Ledger } from './invented.ts';

test('an owner that must see all clients writes them into one object, in no order of the code', () => {
  const usersOf = (names: readonly string[]) => {
    const model = modelOfAll((env) => {
      const ledger = new Ledger(env.layer('data'), 'ledger');
      for (const name of names) {
        const uses = { LEDGER: ledger.book(name).write };
        new Worker(env.layer('apps'), name, { image: 'shop', uses });
      }
    });
    return objectOf(model, 'ConfigMap', 'ledger')['data'];
  };
  expect(usersOf(['a', 'b'])).toEqual({ users: 'a a:write\nb b:write' });
  expect(usersOf(['b', 'a'])).toEqual(usersOf(['a', 'b']));
});

test('an owner that makes an object for each client makes it in its own layer and folder', () => {
  const model = modelOfAll((env) => {
    const archive = new Archive(env.layer('data'), 'archive');
    new Worker(env.layer('apps'), 'mailer', { image: 'shop', uses: { ARCHIVE: archive.read } });
  });
  const grant = model.entries.find(({ object }) => object.metadata.name === 'archive-mailer');
  expect(grant?.origin).toMatchObject({ layer: 'data', service: 'archive' });
  expect(model.secrets.map(({ name, origin }) => [name, origin.service])).toEqual([
    ['archive-mailer', 'archive'],
  ]);
});

test('through a proxy the right stays with its owner, and the address is that of the proxy', () => {
  const model = modelOf((scope) => {
    const archive = new Archive(scope, 'archive');
    const proxy = new WebApp(scope, 'proxy', { image: 'shop', port: 8000 });
    const uses = { ARCHIVE: through(proxy.http.endpoint, archive.read) };
    new Worker(scope, 'mailer', { image: 'shop', uses });
  });
  const { spec } = specOf<k8s.DeploymentSpec>(model, 'Deployment', 'mailer').template;
  expect(spec?.containers[0]?.env).toContainEqual({ name: 'ARCHIVE_HOST', value: 'proxy' });
  expect(listed(model)).toContain('apps: ConfigMap archive-mailer');
  expect(listed(model)).toContain('apps: NetworkPolicy mailer-to-proxy');
  expect(listed(model)).not.toContain('apps: NetworkPolicy mailer-to-archive');
  expect(model.links[0]).toMatchObject({
    owner: { origin: { service: 'proxy' } },
    grantor: { service: 'archive' },
  });
});

test('where no single address is right there is none, but for a proxy that stands before it', () => {
  const model = modelOf((scope) => {
    const { endpoint, ...archive } = new Archive(scope, 'archive').read;
    const list: Access = {
      ...archive,
      endpoint: { ...endpoint, listed: true, values: { ALL: 'a,b' } },
    };
    const proxy = new WebApp(scope, 'proxy', { image: 'shop', port: 8000 });
    const uses = { BEHIND: through(proxy.http, list), LIST: list };
    new Worker(scope, 'mailer', { image: 'shop', uses });
  });
  const { spec } = specOf<k8s.DeploymentSpec>(model, 'Deployment', 'mailer').template;
  expect(spec?.containers[0]?.env?.map(({ name }) => name)).toEqual([
    'BEHIND_HOST',
    'BEHIND_PORT',
    'BEHIND_TOKEN',
    'LIST_ALL',
    'LIST_TOKEN',
  ]);
  expect(model.links.map(({ values }) => values)).toContainEqual({ ALL: 'a,b' });
  expect(listed(model)).toContain('apps: NetworkPolicy mailer-to-archive');
});

test('what is outside has an address, speaks TLS unless told otherwise, and grants nothing', () => {
  expect(external('api.example.com', 443)).toEqual({
    endpoint: {
      owner: undefined,
      protocol: 'https',
      host: 'api.example.com',
      port: 443,
      tls: true,
    },
    right: 'connect',
  });
});

test('soft changes the order alone', () => {
  const access = external('logs.example.com', 443);
  expect(soft(access)).toEqual({ ...access, soft: true });
});

test('two services of one layer may use each other', () => {
  const model = modelOf((scope) => {
    const a = new WebApp(scope, 'a', { image: 'shop', port: 8000 });
    const b = new WebApp(scope, 'b', { image: 'shop', port: 8000, uses: { A: a.http } });
    connect(a, 'B', b.http);
  });
  expect(model.links.map(({ alias, client }) => [client.origin.service, alias])).toEqual([
    ['a', 'B'],
    ['b', 'A'],
  ]);
});

test.each([
  'cache',
  'Cache',
  '1CACHE',
  '_CACHE',
  'CACHE_',
  'CA__CHE',
  'CA-CHE',
  '',
  'A\nB',
  'A'.repeat(51),
])('fails with the alias %j', (alias) => {
  const build = () =>
    modelOf((scope) => {
      const cache = new Redis(scope, 'cache', { memory: '64Mi' });
      new Worker(scope, 'mailer', { image: 'shop', uses: { [alias]: cache.keys('*').read } });
    });
  expect(build).toThrow(
    `prod/apps/mailer: alias '${alias}' in 'uses' must be written like an environment variable`,
  );
});

test('fails when an alias is used twice', () => {
  const build = () =>
    modelOf((scope) => {
      const access = external('api.example.com', 443);
      const mailer = new Worker(scope, 'mailer', { image: 'shop', uses: { API: access } });
      connect(mailer, 'API', access);
    });
  expect(build).toThrow("prod/apps/mailer: alias 'API' is used twice");
});

test.each([
  [external('', 443), 'host ""'],
  [external('api.example.com', 0), 'port 0'],
  [external('api.example.com', 443, { cidrs: [] }), 'no addresses at all'],
  [external('api.example.com', 443, { cidrs: ['10.0.0.1'] }), 'addresses "10.0.0.1"'],
])('fails with an address that is none: %#', (access, problem) => {
  const build = () =>
    modelOf((scope) => new Worker(scope, 'mailer', { image: 'shop', uses: { API: access } }));
  expect(build).toThrow(`prod/apps/mailer: 'API' leads to ${problem}`);
});

test('fails when the service is given where one of its accesses belongs', () => {
  const build = () =>
    modelOf((scope) => {
      const cache = new Redis(scope, 'cache', { memory: '64Mi' });
      const uses = { CACHE: cache as unknown as Access };
      new Worker(scope, 'mailer', { image: 'shop', uses });
    });
  expect(build).toThrow("prod/apps/mailer: 'CACHE' in 'uses' is no access");
});

/** Two environments on two clusters each, and a hole through which one reaches another. */
function leaking(from: (kept: Map<string, Access>, key: string) => Access | undefined) {
  const kept = new Map<string, Access>();
  return definePlatform({
    name: 'test',
    clusters: { one: CLUSTER, two: CLUSTER },
    environments: {
      staging: { cluster: ['one', 'two'], tier: 'review', domain: 'a.b', settings: undefined },
      prod: { cluster: ['one', 'two'], tier: 'review', domain: 'a.b', settings: undefined },
    },
    compose(env) {
      const cache = new Redis(env.layer('data'), 'cache', { memory: '64Mi' });
      const access = from(kept, `${env.cluster.name}/${env.name}`);
      if (access)
        new Worker(env.layer('apps'), 'mailer', { image: 'a:1', uses: { CACHE: access } });
      kept.set(`${env.cluster.name}/${env.name}`, cache.keys('*').read);
    },
  });
}

test('fails when a connection leads to another environment', () => {
  const platform = leaking((kept, key) =>
    key === 'one/prod' ? kept.get('one/staging') : undefined,
  );
  expect(() => platform.compose('one', LOCK)).toThrow(
    "prod/apps/mailer: 'CACHE' leads to 'cache' in environment 'staging'",
  );
});

test('fails when a connection leads to another cluster', () => {
  const platform = leaking((kept, key) => (key === 'two/prod' ? kept.get('one/prod') : undefined));
  platform.compose('one', LOCK);
  expect(() => platform.compose('two', LOCK)).toThrow(
    "prod/apps/mailer: 'CACHE' leads to 'prod/data/cache', which another cluster or an earlier compose made",
  );
});

test('fails when a connection leads to what an earlier compose made', () => {
  const platform = leaking((kept, key) => kept.get(key));
  finished(platform, 'one');
  expect(() => platform.compose('one', LOCK)).toThrow(
    "staging/apps/mailer: 'CACHE' leads to 'staging/data/cache', which another cluster or an earlier compose made",
  );
});

test('fails when a service of an earlier compose is connected', () => {
  const kept: Worker[] = [];
  const build = () =>
    modelOf((scope) => {
      const [mailer] = kept;
      if (mailer) connect(mailer, 'API', external('api.example.com', 443));
      kept.push(new Worker(scope, 'mailer', { image: 'shop' }));
    });
  build();
  expect(build).toThrow(
    "prod/apps/mailer: 'API' is connected to a service of a tree that is already complete",
  );
});
