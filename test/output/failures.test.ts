import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ownerOf } from '../../src/output/running.ts';
import { writeTree } from '../../src/output/write.ts';
import {
  compileWriter,
  ended,
  removeFolder,
  startWriter,
  temporaryFolder,
} from './writer-process.ts';
import { treeOf } from './writer-trees.ts';

const folder = temporaryFolder();
const NOBODY = 65_534;
let writer = '';

beforeAll(async () => {
  writer = await compileWriter(folder);
});
afterAll(() => removeFolder(folder));

test('fails when the folder around it may not be written, and the old tree stays', async () => {
  const home = join(folder, 'read-only');
  const out = join(home, 'dist');
  writeTree({ out, files: treeOf('A') });
  chmodSync(home, 0o555);
  // Root may write everywhere, so the writer runs as somebody else.
  const uid = process.getuid?.() === 0 ? NOBODY : undefined;
  const { out: report } = await ended(startWriter(writer, ['fail', out, 'B'], uid));
  chmodSync(home, 0o755);
  expect(JSON.parse(report)).toMatchObject({
    clear: true,
    code: 'output/not-writable',
    message: expect.stringMatching(`^${out}: cannot be written here \\(EACCES`),
    whole: 'A',
  });
  expect(readdirSync(home)).toEqual(['dist']);
});

test('a tree that does not change needs no right to write', async () => {
  const home = join(folder, 'done');
  writeTree({ out: join(home, 'dist'), files: treeOf('A') });
  chmodSync(home, 0o555);
  const uid = process.getuid?.() === 0 ? NOBODY : undefined;
  const { code, err } = await ended(startWriter(writer, ['once', join(home, 'dist'), 'A'], uid));
  expect([code, err]).toEqual([0, '']);
});

test('fails when a file grows beyond what the system allows, and the old tree stays', async () => {
  const home = join(folder, 'limited');
  mkdirSync(home);
  const command = `ulimit -f 1000; exec "${process.execPath}" "${writer}" fail-big "${home}/dist"`;
  const { out: report } = await ended(spawn('bash', ['-c', command]));
  expect(JSON.parse(report)).toMatchObject({ clear: true, code: 'output/disk-full', whole: 'A' });
  expect(readdirSync(home)).toEqual(['dist']);
});

/** A shell line with a small disk of its own at `$0`, which nobody else sees. */
const withSmallDisk = (line: string, at: string) =>
  ['-c', `unshare -m bash -c 'mount -t tmpfs -o size=3m tmpfs "$0" && ${line}' "${at}"`] as const;
const canMount = spawnSync('bash', withSmallDisk('true', folder)).status === 0;

test.skipIf(!canMount)('fails when the disk is full, and the old tree stays', async () => {
  const home = join(folder, 'full');
  mkdirSync(home);
  const line = `"${process.execPath}" "${writer}" fail-big "$0/dist" && ls -A "$0"`;
  const { out } = await ended(spawn('bash', withSmallDisk(line, home)));
  const [report = '', ...names] = out.trim().split('\n');
  expect(JSON.parse(report)).toMatchObject({
    clear: true,
    code: 'output/disk-full',
    message: expect.stringContaining(
      'there is no room for the new tree beside the old one (ENOSPC',
    ),
    whole: 'A',
  });
  expect(names).toEqual(['dist']);
});

test('fails when the output, or a folder above it, is a file', () => {
  const file = join(folder, 'file');
  writeFileSync(file, 'mine');
  for (const out of [file, join(file, 'dist'), join(file, 'a', 'dist')]) {
    expect(() => writeTree({ out, files: treeOf('A') })).toThrow(
      expect.objectContaining({ code: 'output/not-a-folder', at: out }),
    );
  }
});

test('fails on a name that the file system refuses, and leaves nothing behind', () => {
  const home = join(folder, 'long');
  const files = new Map([[`${'x'.repeat(300)}.yaml`, [...treeOf('A').values()][0] ?? '']]);
  expect(() => writeTree({ out: join(home, 'dist'), files })).toThrow(
    expect.objectContaining({ code: 'output/bad-path' }),
  );
  expect(readdirSync(home)).toEqual([]);
});

test('waits for a synth that lives, says so once, and gives up in the end', () => {
  const home = join(folder, 'locked');
  mkdirSync(home);
  const other = spawn('sleep', ['60']);
  const heard: string[] = [];
  const out = join(home, 'dist');
  writeFileSync(join(home, '.dist.keelson-lock'), ownerOf(other.pid ?? 0));
  const write = () =>
    writeTree({
      out,
      files: treeOf('A'),
      timeoutSeconds: 0.2,
      progress: (line) => heard.push(line),
    });
  expect(write).toThrow(expect.objectContaining({ code: 'output/locked' }));
  expect(heard).toEqual([`waiting for another synth of ${out} (process ${other.pid})`]);
  expect(readdirSync(home)).toEqual(['.dist.keelson-lock']);
  other.kill();
});

test.runIf(process.platform === 'linux')(
  'takes over the lock of a number that went to another process',
  () => {
    const home = join(folder, 'reused');
    mkdirSync(home);
    writeFileSync(join(home, '.dist.keelson-lock'), `${process.ppid} 1`);
    writeTree({ out: join(home, 'dist'), files: treeOf('A'), timeoutSeconds: 0 });
    expect(readdirSync(home)).toEqual(['dist']);
  },
);
