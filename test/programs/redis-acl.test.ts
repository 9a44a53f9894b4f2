import { expect, test } from 'vitest';
import { Redis } from '../../src/services/redis.ts';
import { Worker } from '../../src/services/worker.ts';
import { modelOf } from '../synth.ts';
import { describeWith } from './debian.ts';
import { eventually, freeAddresses, temporaryFolder } from './loopback.ts';
import { podOf, redis, type Secrets, secretsOf, valuesOf } from './redis-pods.ts';

/** Debian's Redis is 7.0, ours 7.2; what is generated means the same to both. */
describeWith(['redis-server', 'redis-cli'], 'users of a single Redis', () => {
  const model = modelOf((scope) => {
    const cache = new Redis(scope, 'cache', { memory: '64Mi', availability: 'single' });
    const uses = {
      reader: { CACHE: cache.keys('mail:*').read },
      writer: { CACHE: cache.keys('mail:*').readWrite },
      both: { MAIL: cache.keys('mail:*').read, OWN: cache.keys('own:{1}:*').readWrite },
      admin: { CACHE: cache.keys('*').readWrite },
      page: { CACHE: cache.inspect },
    };
    for (const [name, each] of Object.entries(uses))
      new Worker(scope, name, { image: 'shop', uses: each });
  });

  async function running() {
    const [address = ''] = await freeAddresses(1, [6379]);
    const secrets = secretsOf(model);
    const pod = podOf('cache', 0, { model, secrets, folder: temporaryFolder(), address });
    pod.start('redis');
    await eventually(() => pod.probe('startupProbe'), Boolean);
    const as = (user: string, ...command: string[]) =>
      redis(address, { user, password: password(secrets, user) }, ...command);
    return { address, as, pod, secrets };
  }

  const password = (secrets: Secrets, user: string, key = 'password') =>
    secrets.get(`cache-${user}`)?.get(key) ?? '';

  test('a reader reads its keys and writes nothing', async () => {
    const { as } = await running();
    expect(as('writer', 'set', 'mail:1', 'hello')).toBe('OK');
    expect(as('reader', 'get', 'mail:1')).toBe('hello');
    expect(as('reader', 'set', 'mail:1', 'other')).toMatch(
      /^NOPERM .* has no permissions to run the 'set' command/,
    );
    expect(as('reader', 'getdel', 'mail:1')).toContain('NOPERM');
    expect(as('reader', 'eval', "return redis.call('set', KEYS[1], 'x')", '1', 'mail:1')).toContain(
      'NOPERM',
    );
    expect(as('writer', 'get', 'mail:1')).toBe('hello');
  });

  test('a writer touches no keys but its own', async () => {
    const { as } = await running();
    expect(as('writer', 'set', 'other:1', 'x')).toContain('NOPERM');
    expect(as('writer', 'get', 'other:1')).toContain('NOPERM');
    expect(as('writer', 'rename', 'mail:1', 'other:1')).toContain('NOPERM');
    expect(as('writer', 'eval', "return redis.call('get', 'other:1')", '0')).toMatch(
      /can't access at least one of the keys/,
    );
    expect(as('writer', 'eval', "return redis.call('set', KEYS[1], 'x')", '1', 'mail:2')).toBe(
      'OK',
    );
  });

  test('a right to write elsewhere does not reach what may only be read', async () => {
    const { as } = await running();
    as('writer', 'set', 'mail:1', 'hello');
    expect(as('both', 'get', 'mail:1')).toBe('hello');
    expect(as('both', 'set', 'mail:1', 'x')).toContain('NOPERM');
    expect(as('both', 'set', 'own:{1}:a', 'x')).toBe('OK');
    expect(as('both', 'copy', 'mail:1', 'own:{1}:b')).toBe('1');
    expect(as('both', 'rename', 'mail:1', 'own:{1}:c')).toContain('NOPERM');
  });

  test('names of all keys are for who may read them all', async () => {
    const { as } = await running();
    for (const user of ['reader', 'writer', 'both']) {
      expect(as(user, 'scan', '0')).toContain('NOPERM');
      expect(as(user, 'randomkey')).toContain('NOPERM');
    }
    expect(as('admin', 'scan', '0')).toMatch(/^0/);
  });

  test('a reader listens and a writer publishes, on their own channels', async () => {
    const { as } = await running();
    expect(as('writer', 'publish', 'mail:news', 'x')).toBe('0');
    expect(as('writer', 'publish', 'other:news', 'x')).toContain('NOPERM');
    expect(as('reader', 'publish', 'mail:news', 'x')).toContain('NOPERM');
    expect(as('both', 'publish', 'mail:news', 'x')).toContain('NOPERM');
    expect(as('both', 'publish', 'own:{1}:news', 'x')).toBe('0');
    expect(as('reader', 'subscribe', 'other:news')).toContain('NOPERM');
    expect(as('both', 'subscribe', 'other:news')).toContain('NOPERM');
  });

  test('a page for people sees the server and all data, and changes neither', async () => {
    const { as } = await running();
    as('writer', 'set', 'mail:1', 'hello');
    expect(as('page', 'get', 'mail:1')).toBe('hello');
    expect(as('page', 'scan', '0')).toContain('mail:1');
    expect(as('page', 'info', 'server')).toContain('redis_version');
    expect(as('page', 'slowlog', 'get')).not.toContain('NOPERM');
    for (const command of [
      ['set', 'mail:1', 'x'],
      ['config', 'get', '*'],
      ['slowlog', 'reset'],
    ]) {
      expect(as('page', ...command), command[0]).toContain('NOPERM');
    }
  });

  test('nobody administers, takes scripts away, or gets in without a user', async () => {
    const { address, as } = await running();
    const refused = [
      ['config', 'get', '*'],
      ['acl', 'list'],
      ['flushall'],
      ['keys', '*'],
      ['replicaof', 'no', 'one'],
      ['shutdown'],
      ['script', 'flush'],
      ['function', 'flush'],
      ['client', 'kill', 'type', 'normal'],
    ];
    for (const command of refused) expect(as('admin', ...command), command[0]).toContain('NOPERM');
    expect(as('admin', 'multi')).toBe('OK');
    expect(redis(address, {}, 'get', 'mail:1')).toContain('NOAUTH');
    expect(redis(address, { password: 'x' }, 'get', 'mail:1')).toContain('WRONGPASS');
    expect(redis(address, { user: '_probe', password: 'x' }, 'get', 'mail:1')).toContain('NOPERM');
  });

  test('two passwords are good at a time, and rotating twice shuts the first one out', async () => {
    const { address, pod, secrets } = await running();
    pod.start('users');
    const keys = model.secrets.find(({ name }) => name === 'cache-writer')?.keys ?? {};
    const [first, second, third] = [password(secrets, 'writer'), 'second-1234', 'third-1234'];
    const answer = (given: string) => redis(address, { user: 'writer', password: given }, 'ping');
    const rotate = (given: Record<string, string>) =>
      pod.mountUsers(model, new Map([...secrets, ['cache-writer', valuesOf(keys, given)]]));
    expect(answer(first)).toBe('PONG');
    expect(answer(password(secrets, 'writer', 'previous'))).toBe('PONG');

    rotate({ password: second, previous: first });
    await eventually(
      () => answer(second),
      (said) => said === 'PONG',
      30,
    );
    expect(answer(first)).toBe('PONG');

    rotate({ password: third, previous: second });
    await eventually(
      () => answer(third),
      (said) => said === 'PONG',
      30,
    );
    expect(answer(second)).toBe('PONG');
    expect(answer(first)).toContain('WRONGPASS');
  });

  test('a client whose Secret is not there yet keeps nobody else from working', async () => {
    const [address = ''] = await freeAddresses(1, [6379]);
    const secrets = new Map([...secretsOf(model)].filter(([name]) => name !== 'cache-both'));
    const pod = podOf('cache', 0, { model, secrets, folder: temporaryFolder(), address });
    pod.start('redis');
    await eventually(() => pod.probe('startupProbe'), Boolean);
    expect(redis(address, { user: 'writer', password: password(secrets, 'writer') }, 'ping')).toBe(
      'PONG',
    );
    expect(redis(address, { user: 'both', password: 'x' }, 'ping')).toContain('WRONGPASS');
  });

  test('data outlives the process', async () => {
    const { as, pod } = await running();
    expect(as('writer', 'set', 'mail:1', 'hello')).toBe('OK');
    await pod.stop('redis', 'killed');
    expect(pod.probe('livenessProbe')).toBe(false);
    pod.start('redis');
    await eventually(() => pod.probe('readinessProbe'), Boolean);
    expect(as('reader', 'get', 'mail:1')).toBe('hello');
  });
});
