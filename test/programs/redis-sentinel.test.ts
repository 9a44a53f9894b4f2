import { rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Redis } from '../../src/services/redis.ts';
import { Worker } from '../../src/services/worker.ts';
import { modelOf } from '../synth.ts';
import { describeWith } from './debian.ts';
import { eventually, freeAddresses, start, temporaryFolder } from './loopback.ts';
import { type LoopbackPod, podOf, redis, secretsOf } from './redis-pods.ts';

const SERVERS = [0, 1, 2];

/** Another key with each write, as fast as it is answered, until one is refused. */
const WRITER = `
at=0
while answer=$(redis-cli -h "$HOST" --user "$NAME" set "key-$at" x 2>&1); do
  at=$((at + 1))
  echo "$answer"
  [ "$answer" = OK ] || exit
done
`;

/**
 * Three servers and three Sentinels, each on an address of its own, which stands for its name: that names
 * resolve while their pods are gone is the Services' part, and not tried here.
 */
describeWith(['redis-server', 'redis-cli'], 'a replicated Redis', () => {
  const model = modelOf((scope) => {
    const cache = new Redis(scope, 'cache', { memory: '64Mi' });
    new Worker(scope, 'mailer', { image: 'shop', uses: { CACHE: cache.keys('*').readWrite } });
  });
  const secrets = secretsOf(model);
  const login = { user: 'mailer', password: secrets.get('cache-mailer')?.get('password') ?? '' };

  async function pods() {
    const addresses = await freeAddresses(6, [6379, 26379]);
    const names = Object.fromEntries(
      addresses.map((address, at) => [
        at < 3 ? `cache-${at}` : `cache-sentinel-${at - 3}`,
        address,
      ]),
    );
    const pod = (set: string, at: number) => {
      const address = names[`${set}-${at}`] ?? '';
      return podOf(set, at, {
        model,
        secrets,
        folder: temporaryFolder(),
        address,
        names,
      });
    };
    return {
      servers: SERVERS.map((at) => pod('cache', at)),
      sentinels: SERVERS.map((at) => pod('cache-sentinel', at)),
    };
  }

  type Pods = Awaited<ReturnType<typeof pods>>;

  async function running(): Promise<Pods> {
    const all = await pods();
    for (const each of all.sentinels) each.start('sentinel');
    for (const each of all.servers) each.start('redis');
    await settled(all);
    return all;
  }

  /** Everybody is ready, and the Sentinels know of each other and of both replicas. */
  async function settled({ sentinels, servers }: Pods): Promise<void> {
    await eventually(
      () => [
        ...servers.map((each) => each.probe('readinessProbe')),
        ...sentinels.map((each) => each.probe('readinessProbe', 'sentinel')),
        ...sentinels.map(({ address }) => {
          const [, master = []] = [0, ask(address, 'sentinel', 'master', 'cache')];
          const value = (field: string) => master[master.indexOf(field) + 1];
          return (
            value('num-slaves') === '2' &&
            value('num-other-sentinels') === '2' &&
            value('flags') === 'master'
          );
        }),
      ],
      (states) => states.every(Boolean),
      60,
    );
  }

  const ask = (address: string, ...command: string[]): string[] =>
    redis(address, { port: 26379 }, ...command).split('\n');
  const masterBy = ({ address }: LoopbackPod) =>
    ask(address, 'sentinel', 'get-master-addr-by-name', 'cache')[0] ?? '';
  const roleOf = ({ address }: LoopbackPod) =>
    redis(address, { user: '_probe', password: '-' }, 'role').split('\n')[0] ?? '';
  const roles = ({ servers }: Pods) => servers.map(roleOf).sort();
  const by = (all: Pods, role: string) => all.servers.filter((each) => roleOf(each) === role);
  const write = ({ address }: LoopbackPod, key: string) => redis(address, login, 'set', key, 'x');

  test('the first start has one master, and Sentinels let nobody in but their peers', async () => {
    const all = await running();
    expect(roleOf(all.servers[0] as LoopbackPod)).toBe('master');
    expect(roles(all)).toEqual(['master', 'slave', 'slave']);
    const { address } = all.sentinels[0] as LoopbackPod;
    for (const command of [
      ['failover', 'cache'],
      ['remove', 'cache'],
      ['set', 'cache', 'quorum', '1'],
    ]) {
      expect(ask(address, 'sentinel', ...command)[0]).toContain('NOPERM');
    }
    expect(ask(address, 'config', 'get', '*')[0]).toMatch(/NOPERM|unknown command/);
  });

  test('another server leads seconds after the master died, and the old one follows it', async () => {
    const all = await running();
    const [old] = by(all, 'master') as [LoopbackPod];
    expect(write(old, 'before')).toBe('OK');
    await eventually(
      () => redis(by(all, 'slave')[0]?.address ?? '', login, 'exists', 'before'),
      (is) => is === '1',
    );
    await old.stop('redis', 'killed');
    const began = Date.now();
    const next = await eventually(
      () => masterBy(all.sentinels[0] as LoopbackPod),
      (address) => address !== old.address,
      30,
    );
    expect(Date.now() - began).toBeLessThan(20_000);
    const leader = all.servers.find(({ address }) => address === next) as LoopbackPod;
    await eventually(
      () => write(leader, 'after'),
      (answer) => answer === 'OK',
      30,
    );
    expect(redis(leader.address, login, 'exists', 'before')).toBe('1');

    old.start('redis');
    await eventually(() => old.probe('readinessProbe'), Boolean, 30);
    expect(roles(all)).toEqual(['master', 'slave', 'slave']);
    expect(roleOf(old)).toBe('slave');
    expect(redis(old.address, login, 'exists', 'after')).toBe('1');
  });

  test('what was asked to stop hands over first, and no answered write is lost', async () => {
    const all = await running();
    const [old] = by(all, 'master') as [LoopbackPod];
    const writer = start(['sh', '-c', WRITER], {
      HOST: old.address,
      NAME: login.user,
      REDISCLI_AUTH: login.password,
    });
    const answered = () => writer.output().match(/^OK$/gm)?.length ?? 0;
    await eventually(answered, (count) => count > 20);
    await old.stop('redis', 'asked');
    await writer.stop('SIGKILL');
    const leader = by(all, 'master')[0] as LoopbackPod;
    expect(leader.address).not.toBe(old.address);
    expect(Number(redis(leader.address, login, 'dbsize'))).toBeGreaterThanOrEqual(answered());
    old.start('redis');
    await settled(all);
    expect(roleOf(old)).toBe('slave');
  });

  test('a set of which everything stopped starts as it was: the last master leads, no other', async () => {
    const all = await running();
    const [first] = by(all, 'master') as [LoopbackPod];
    await first.stop('redis', 'asked');
    first.start('redis');
    await settled(all);
    const [leader] = by(all, 'master') as [LoopbackPod];
    expect(leader.name).not.toBe('cache-0');
    expect(write(leader, 'late')).toBe('OK');
    await Promise.all([
      ...all.servers.map((each) => each.stop('redis', 'killed')),
      ...all.sentinels.map((each) => each.stop('sentinel', 'killed')),
    ]);

    for (const each of all.servers) each.start('redis');
    for (const each of all.sentinels) each.start('sentinel');
    await settled(all);
    expect(roleOf(leader)).toBe('master');
    expect(roles(all)).toEqual(['master', 'slave', 'slave']);
    for (const { address } of all.servers)
      expect(redis(address, login, 'exists', 'late')).toBe('1');
  });

  test('a master that comes back without its volume does not empty its replicas', async () => {
    const all = await running();
    const [old] = by(all, 'master') as [LoopbackPod];
    expect(write(old, 'precious')).toBe('OK');
    await eventually(
      () => redis(by(all, 'slave')[1]?.address ?? '', login, 'exists', 'precious'),
      (is) => is === '1',
    );
    await old.stop('redis', 'killed');
    rmSync(old.path('data'), { recursive: true });
    old.mount();
    old.start('redis');
    await settled(all);
    expect(roleOf(old)).toBe('slave');
    expect(redis(old.address, login, 'exists', 'precious')).toBe('1');
  });

  test('a master without any replica takes no writes', async () => {
    const all = await running();
    const [leader] = by(all, 'master') as [LoopbackPod];
    for (const each of by(all, 'slave')) await each.stop('redis', 'killed');
    await eventually(
      () => write(leader, 'lonely'),
      (answer) => answer.startsWith('NOREPLICAS'),
      30,
    );
  });

  test('a server starts nothing of its own while no Sentinel answers', async () => {
    const { servers } = await pods();
    const [first] = servers as [LoopbackPod];
    first.start('redis');
    await eventually(
      () => first.log('redis'),
      (log) => log.includes('waiting for the sentinels'),
    );
    expect(first.probe('livenessProbe')).toBe(false);
  });
});
