import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type * as k8s from '#imports/k8s.ts';
import { Memcached } from '../../src/services/memcached.ts';
import { MemcachedAdmin } from '../../src/services/memcached-admin.ts';
import { Worker } from '../../src/services/worker.ts';
import { modelOf, objectOf, specOf } from '../synth.ts';
import { describeWith } from './debian.ts';
import { eventually, freeAddresses, start, temporaryFolder } from './loopback.ts';

const PORT = 11211;

function pages() {
  return modelOf((scope) => {
    const cache = new Memcached(scope, 'pages', { memory: '64Mi', largestItem: '1Mi' });
    new Worker(scope, 'web', { image: 'shop', uses: { PAGES: cache.readWrite } });
    new MemcachedAdmin(scope, 'admin', { image: 'envoy', shows: { PAGES: cache.readWrite } });
  });
}

/** The list that a client gets, and the program that each shard runs. */
function emitted() {
  const model = pages();
  const web = specOf<k8s.DeploymentSpec>(model, 'Deployment', 'web').template.spec;
  const servers = web?.containers[0]?.env?.find(({ name }) => name === 'PAGES_SERVERS')?.value;
  const set = specOf<k8s.StatefulSetSpec>(model, 'StatefulSet', 'pages').template.spec;
  return { servers: servers?.split(',') ?? [], args: set?.containers[0]?.args ?? [] };
}

/** One request in memcached's own words, and its answer. */
function ask(host: string, request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(PORT, host, () => socket.write(`${request}\r\nquit\r\n`));
    let answer = '';
    socket.on('data', (chunk) => {
      answer += String(chunk);
    });
    socket.once('error', reject).once('close', () => resolve(answer));
  });
}

const store = (host: string, key: string, value: string): Promise<string> =>
  ask(host, `set ${key} 0 0 ${value.length}\r\n${value}`);

/** As clients do it: the same key is always asked of the same place in the list. */
const shardOf = (key: string, hosts: readonly string[]): string => {
  const sum = [...key].reduce((hash, letter) => (hash * 31 + letter.charCodeAt(0)) >>> 0, 7);
  return hosts[sum % hosts.length] ?? '';
};

describeWith(['memcached'], 'memcached 1.6, from the arguments of each shard', () => {
  test('a lost shard loses its own keys and no others, and comes back empty in its place', async () => {
    const { args, servers } = emitted();
    expect(servers).toHaveLength(3);
    // An address of this machine stands for the name of each shard.
    const hosts = await freeAddresses(servers.length, [PORT]);
    const shard = (host: string) =>
      start(['memcached', ...args, `--listen=${host}`, `--port=${PORT}`, '--user=nobody']);
    const running = new Map(hosts.map((host) => [host, shard(host)]));
    for (const host of hosts)
      await eventually(
        () => store(host, 'up', '1'),
        (it) => it === 'STORED\r\n',
      );

    const keys = Array.from({ length: 60 }, (_, at) => `key-${at}`);
    for (const key of keys) await store(shardOf(key, hosts), key, key);
    const [lost = ''] = hosts;
    await running.get(lost)?.stop('SIGKILL');
    await expect(ask(lost, 'version')).rejects.toThrow('ECONNREFUSED');
    const kept = keys.filter((key) => shardOf(key, hosts) !== lost);
    expect(kept.length).toBeGreaterThan(20);
    for (const key of kept) {
      expect(await ask(shardOf(key, hosts), `get ${key}`)).toContain(`\r\n${key}\r\nEND`);
    }

    shard(lost);
    await eventually(
      () => ask(lost, 'version').catch(() => ''),
      (it) => it.startsWith('VERSION'),
    );
    const [gone = ''] = keys.filter((key) => shardOf(key, hosts) === lost);
    expect(await ask(lost, `get ${gone}`)).toBe('END\r\n');
  });

  test('the limits hold: an item beyond the largest is refused', async () => {
    const [host = ''] = await freeAddresses(1, [PORT]);
    start(['memcached', ...emitted().args, `--listen=${host}`, `--port=${PORT}`, '--user=nobody']);
    await eventually(
      () => store(host, 'up', '1').catch(() => ''),
      (it) => it === 'STORED\r\n',
    );
    expect(await store(host, 'large', 'x'.repeat(900 * 1024))).toContain('STORED');
    expect(await store(host, 'too-large', 'x'.repeat(1100 * 1024))).toContain(
      'SERVER_ERROR object too large for cache',
    );
    const settings = await ask(host, 'stats settings');
    expect(settings).toContain(`STAT maxbytes ${51 * 1024 * 1024}\r\n`);
    expect(settings).toContain('STAT maxconns 4096\r\n');
    expect(settings).toContain('STAT num_threads 4\r\n');
  });
});

describeWith(['php'], 'PHP, with the settings of the page on caches', () => {
  test('they are read, and list every shard', () => {
    const data = objectOf(pages(), 'ConfigMap', 'admin-config')['data'] as Record<string, string>;
    const file = join(temporaryFolder(), 'Memcache.php');
    writeFileSync(file, data['Memcache.php'] ?? '');
    const read = `echo json_encode(require '${file}');`;
    const settings = JSON.parse(execFileSync('php', ['-r', read], { encoding: 'utf8' }));
    expect(Object.keys(settings.servers.PAGES)).toEqual(emitted().servers);
    expect(settings.servers.PAGES['pages-1.pages:11211']).toEqual({
      hostname: 'pages-1.pages',
      port: '11211',
    });
  });
});
