import { spawnSync } from 'node:child_process';
import { appendFileSync, readFileSync, rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Redis, type RedisProps } from '../../src/services/redis.ts';
import { Worker } from '../../src/services/worker.ts';
import { modelOf } from '../synth.ts';
import { describeWith } from './debian.ts';
import { eventually, freeAddresses, start, temporaryFolder } from './loopback.ts';
import { type LoopbackPod, podOf, redis, secretsOf } from './redis-pods.ts';

/** May do what no client may: a snapshot, now. */
const HAND = 'user hand on nopass resetkeys resetchannels -@all +bgsave +script|kill\n';

describeWith(['redis-server', 'redis-cli'], 'probes of a Redis', () => {
  async function running() {
    const { pod, login } = await pods({ availability: 'single' });
    appendFileSync(pod.path('run/users/fixed.acl'), HAND);
    pod.start('redis');
    await eventually(() => pod.probe('startupProbe'), Boolean);
    const by = (user: string, ...command: string[]) =>
      redis(pod.address, { user, password: '-' }, ...command);
    return { by, login, pod };
  }

  test('a master that cannot save is not killed: it serves reads, and says why it takes no writes', async () => {
    const { by, login, pod } = await running();
    const mailer = (...command: string[]) => redis(pod.address, login, ...command);
    expect(mailer('set', 'key', 'x')).toBe('OK');
    rmSync(pod.path('data'), { recursive: true });
    by('hand', 'bgsave');
    await eventually(
      () => by('_probe', 'ping'),
      (said) => said.startsWith('MISCONF'),
    );
    expect(mailer('set', 'key', 'y')).toContain('MISCONF');
    expect(mailer('get', 'key')).toBe('x');
    expect(pod.probe('livenessProbe')).toBe(true);
    expect(pod.probe('readinessProbe')).toBe(true);
    expect(inReplicatedSet('readinessProbe', pod)).toBe(false);
    expect(inReplicatedSet('livenessProbe', pod)).toBe(true);
  });

  test('a server that runs a long script is not killed, and takes no new clients meanwhile', async () => {
    const { by, login, pod } = await running();
    const endless = ['--user', login.user, 'eval', 'while true do end', '0'];
    start(['redis-cli', '-h', pod.address, ...endless], { REDISCLI_AUTH: login.password });
    await eventually(
      () => by('_probe', 'ping'),
      (said) => said.startsWith('BUSY'),
    );
    expect(pod.probe('livenessProbe')).toBe(true);
    expect(pod.probe('readinessProbe')).toBe(false);
    by('hand', 'script', 'kill');
    await eventually(() => pod.probe('readinessProbe'), Boolean);
  });

  /** What a server of a replicated Redis would be asked, of this one. */
  function inReplicatedSet(probe: 'readinessProbe' | 'livenessProbe', at: LoopbackPod): boolean {
    const model = modelOf((scope) => new Redis(scope, 'cache', { memory: '64Mi' }));
    const [address, folder] = [at.address, temporaryFolder()];
    return podOf('cache', 0, { model, secrets: new Map(), folder, address }).probe(probe);
  }
});

/** The kernel keeps a signal that is not caught from the first process of a container: who waits for it waits in vain. */
const FIRST_PROCESS = ['unshare', '--pid', '--fork', '--kill-child'] as const;
const mayUnshare = spawnSync('unshare', [...FIRST_PROCESS.slice(1), 'true']).status === 0;

describeWith(['redis-server', 'redis-cli'], 'the first process of a container', () => {
  test.skipIf(!mayUnshare).each([
    ['users', 'keeps the users', { availability: 'single' }],
    ['redis', 'waits for Sentinels', {}],
  ] as const)(
    '%s: a shell that %s ends when it is asked to (needs root)',
    async (name, _, props) => {
      const { pod } = await pods(props);
      const { pid } = pod.start(name, FIRST_PROCESS);
      const first = await eventually(
        () => Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')),
        (child) => child > 0,
      );
      await new Promise((resolve) => setTimeout(resolve, 1000));
      process.kill(first, 'SIGTERM');
      await eventually(
        () => isRunning(first),
        (is) => !is,
        5,
      );
    },
  );

  function isRunning(pid: number): boolean {
    return spawnSync('kill', ['-0', String(pid)]).status === 0;
  }
});

async function pods(props: Partial<RedisProps>) {
  const model = modelOf((scope) => {
    const cache = new Redis(scope, 'cache', { memory: '64Mi', ...props });
    new Worker(scope, 'mailer', { image: 'shop', uses: { CACHE: cache.keys('*').readWrite } });
  });
  const secrets = secretsOf(model);
  const [address = ''] = await freeAddresses(1, [6379]);
  const names = Object.fromEntries([0, 1, 2].map((at) => [`cache-sentinel-${at}`, address]));
  const pod = podOf('cache', 0, { model, secrets, folder: temporaryFolder(), address, names });
  const password = secrets.get('cache-mailer')?.get('password') ?? '';
  return { pod, login: { user: 'mailer', password } };
}
