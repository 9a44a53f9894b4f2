import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Redis, type RedisProps } from '../../src/services/redis.ts';
import { Worker } from '../../src/services/worker.ts';
import { modelOf } from '../synth.ts';
import { describeWith } from './debian.ts';
import { eventually, freeAddresses, temporaryFolder } from './loopback.ts';
import { jobOf, type PodOptions, podOf, redis, secretsOf } from './redis-pods.ts';

/** The bucket is a folder: what is tried are the scripts, and rclone's ways, not Amazon's. */
describeWith(['redis-server', 'redis-cli', 'rclone'], 'backups of a Redis', () => {
  const modelWith = (props: Partial<RedisProps>) =>
    modelOf(
      (scope) => {
        const cache = new Redis(scope, 'cache', { memory: '64Mi', ...props });
        new Worker(scope, 'mailer', { image: 'shop', uses: { CACHE: cache.keys('*').readWrite } });
      },
      { environment: { backups: { bucket: 's3://shop-backups/prod' } } },
    );

  async function running(props: Partial<RedisProps>, names: readonly string[]) {
    const model = modelWith(props);
    const secrets = secretsOf(model);
    const addresses = await freeAddresses(names.length, [6379, 26379]);
    const byName = Object.fromEntries(names.map((name, at) => [name, addresses[at] ?? '']));
    const bucket = temporaryFolder();
    const options = (address: string): PodOptions => ({
      model,
      secrets,
      address,
      folder: temporaryFolder(),
      names: { ...byName, ...(names.length === 1 && { cache: addresses[0] ?? '' }) },
      env: { RCLONE_CONFIG_STORE_TYPE: 'local', BUCKET: bucket },
    });
    const pods = names.map((name) => {
      const [, set = '', at] = /^(.*)-(\d)$/.exec(name) ?? [];
      return podOf(set, Number(at), options(byName[name] ?? ''));
    });
    const login = { user: 'mailer', password: secrets.get('cache-mailer')?.get('password') ?? '' };
    const job = (name: string) => jobOf(name, options('127.0.0.1'));
    return { pods, bucket, login, job };
  }

  /** A backup, or a drill: the first step that fails ends it. */
  function outcome(job: ReturnType<typeof jobOf>, ...steps: readonly string[]) {
    let said = '';
    for (const step of steps) {
      const { out, status } = job.run(job.command(step), step);
      said += out;
      if (status !== 0) return { failed: step, said };
    }
    return { failed: undefined, said };
  }

  async function single() {
    const { pods, ...rest } = await running({ availability: 'single' }, ['cache-0']);
    const [pod] = pods;
    pod?.start('redis');
    await eventually(
      () => pod?.probe('startupProbe'),
      (is) => is === true,
    );
    const address = pod?.address ?? '';
    for (let at = 0; at < 50; at++) redis(address, rest.login, 'set', `key-${at}`, 'x');
    return { ...rest, address };
  }

  const newest = (bucket: string): string => join(bucket, readdirSync(bucket).sort().at(-1) ?? '');

  test('what was saved is restored by the drill, key for key', async () => {
    const { bucket, job } = await single();
    expect(outcome(job('cache-backup'), 'dump', 'upload').failed).toBeUndefined();
    expect(readdirSync(newest(bucket)).sort()).toEqual(['SHA256SUMS', 'dump.rdb', 'keys']);
    const { failed, said } = outcome(job('cache-drill'), 'download', 'drill');
    expect(failed, said).toBeUndefined();
    expect(said).toContain('saved 50 keys, restored 50, and 0 had ended since');
  });

  test('the drill fails on a backup that was changed, cut short, or is not there', async () => {
    const { bucket, job } = await single();
    expect(outcome(job('cache-drill'), 'download', 'drill').failed).toBe('download');
    outcome(job('cache-backup'), 'dump', 'upload');
    const file = join(newest(bucket), 'dump.rdb');
    const bytes = readFileSync(file);
    bytes[40] = (bytes[40] ?? 0) ^ 1;
    writeFileSync(file, bytes);
    expect(outcome(job('cache-drill'), 'download', 'drill')).toMatchObject({
      failed: 'download',
      said: expect.stringContaining('dump.rdb: FAILED'),
    });
  });

  test('the drill fails on a dump that was broken before it was sent', async () => {
    const { job } = await single();
    const backup = job('cache-backup');
    outcome(backup, 'dump');
    const file = backup.path('backup/dump.rdb');
    const bytes = readFileSync(file);
    bytes[bytes.length - 20] = (bytes[bytes.length - 20] ?? 0) ^ 1;
    writeFileSync(file, bytes);
    outcome(backup, 'upload');
    const { failed, said } = outcome(job('cache-drill'), 'download', 'drill');
    expect(failed).toBe('drill');
    expect(said).toContain('the dump cannot be loaded');
  });

  test('the drill fails when keys are missing', async () => {
    const { job } = await single();
    const backup = job('cache-backup');
    outcome(backup, 'dump');
    writeFileSync(backup.path('backup/keys'), '100\n');
    outcome(backup, 'upload');
    expect(outcome(job('cache-drill'), 'download', 'drill').failed).toBe('drill');
  });

  test('a backup fails where nobody answers', async () => {
    const { job } = await running({ availability: 'single' }, ['cache-0']);
    expect(outcome(job('cache-backup'), 'dump', 'upload').failed).toBe('dump');
  });

  test('of a replicated one a replica is asked; without any, the master', async () => {
    const at = [0, 1, 2];
    const names = [...at.map((n) => `cache-${n}`), ...at.map((n) => `cache-sentinel-${n}`)];
    const { job, login, pods } = await running({}, names);
    for (const pod of pods) pod.start(pod.name.includes('sentinel') ? 'sentinel' : 'redis');
    const [master, ...others] = pods.slice(0, 3);
    await eventually(() => others.every((pod) => pod.probe('readinessProbe')), Boolean, 60);
    await eventually(
      () => redis(master?.address ?? '', login, 'set', 'key', 'x'),
      (said) => said === 'OK',
    );
    const syncs = (pod: typeof master) =>
      Number(
        /sync_full:(\d+)/.exec(
          redis(pod?.address ?? '', { user: '_probe', password: '-' }, 'info', 'stats'),
        )?.[1],
      );
    const replicas = () =>
      redis(pods[3]?.address ?? '', { port: 26379 }, 'sentinel', 'replicas', 'cache');
    const saves = () => outcome(job('cache-backup'), 'dump', 'upload').failed === undefined;
    await eventually(
      () => replicas().match(/^master-link-status\nok$/gm)?.length,
      (count) => count === 2,
      40,
    );
    const before = syncs(master);
    expect(saves()).toBe(true);
    expect(others.some((pod) => syncs(pod) > 0)).toBe(true);
    expect(syncs(master)).toBe(before);

    for (const each of others) await each.stop('redis', 'killed');
    await eventually(
      () => replicas().match(/^flags\n.*s_down/gm)?.length,
      (count) => count === 2,
      40,
    );
    await eventually(saves, Boolean, 20);
    expect(syncs(master)).toBe(before + 1);
  });
});
