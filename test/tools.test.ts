import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

/** A project with one wrapper and nothing built, in a folder of its own. */
function bare(): string {
  const folder = mkdtempSync(join(tmpdir(), 'keelson-tools-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const path of ['test/tools.ts', 'test/e2e/tools/build.ts', 'test/e2e/tools/kubeconform']) {
    cpSync(path, join(folder, path), { recursive: true });
  }
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  return folder;
}

/** A `go` that gives this answer to everything. */
function fakeGo(folder: string, answer: string): string {
  const file = join(folder, 'bin', 'go');
  mkdirSync(dirname(file));
  writeFileSync(file, `#!/bin/sh\n${answer}\n`);
  chmodSync(file, 0o755);
  return dirname(file);
}

function build(folder: string, env: Readonly<Record<string, string>>, preload?: string) {
  const before = preload ? ['--import', `data:text/javascript,${encodeURIComponent(preload)}`] : [];
  const program = join(folder, 'test/e2e/tools/build.ts');
  const args = [...before, '--import', 'tsx', program, 'kubeconform'];
  const { status, stderr, stdout } = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
  const leftBehind = existsSync(join(folder, '.tools', 'building.pid'));
  return { status, stdout, error: stderr.trim().split('\n').at(-1), leftBehind };
}

const refused = (error: RegExp) => ({
  status: 2,
  stdout: '',
  error: expect.stringMatching(error),
  leftBehind: false,
});

test('fails when Go is missing', () => {
  const folder = bare();
  expect(build(folder, { PATH: join(folder, 'bin') })).toEqual(
    refused(/^error: kubeconform: Go is not installed; install Go \S+ or newer/),
  );
});

test('fails when Go is too old', () => {
  const folder = bare();
  expect(build(folder, { PATH: fakeGo(folder, 'echo go1.20.3') })).toEqual(
    refused(/^error: kubeconform: Go 1\.20\.3 is too old; install Go \S+ or newer$/),
  );
});

test('fails when a module cannot be downloaded', () => {
  const folder = bare();
  const nobody = { GOMODCACHE: join(folder, 'modules'), GOPROXY: 'off', GOFLAGS: '-modcacherw' };
  expect(build(folder, nobody)).toEqual(
    refused(/^error: kubeconform: a module could not be downloaded; check the network and GOPROXY/),
  );
});

test('fails before the build when there is too little disk', () => {
  const folder = bare();
  const full = `
    import fs from 'node:fs/promises';
    import { syncBuiltinESMExports } from 'node:module';
    fs.statfs = async () => ({ bavail: 300_000, bsize: 4096 });
    syncBuiltinESMExports();`;
  expect(
    build(folder, { PATH: `${fakeGo(folder, 'echo go1.99.0')}:${process.env['PATH']}` }, full),
  ).toEqual(
    refused(
      /^error: kubeconform: only 1\.1 GiB free in \.tools\/, a build needs 6; free some space$/,
    ),
  );
});

test('fails when the disk fills up during the build', () => {
  const folder = bare();
  const full = `[ "$1" = env ] && echo go1.99.0 && exit\necho 'write a.o: no space left on device' >&2; exit 1`;
  expect(build(folder, { PATH: `${fakeGo(folder, full)}:${process.env['PATH']}` })).toEqual(
    refused(/^error: kubeconform: the disk is full; free \d+ GiB and run again$/),
  );
});

test('fails on a tool that nobody wrapped', () => {
  const folder = bare();
  const args = ['--import', 'tsx', join(folder, 'test/e2e/tools/build.ts'), 'kubectl'];
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  expect({ status, stderr }).toEqual({
    status: 2,
    stderr: "error: unknown tool 'kubectl'; known tools: kubeconform\n",
  });
});
