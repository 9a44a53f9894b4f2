import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const ROOT = resolve(import.meta.dirname, '../..');

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** The package as npm packs it, installed into an empty project whose folder has a space in its name. */
export async function installed(): Promise<{ folder: string; remove: () => void }> {
  if (!existsSync(join(ROOT, 'lib/src/cli/bin.js'))) throw new Error('run `make build` first');
  const around = mkdtempSync(join(tmpdir(), 'keelson-packed-'));
  const folder = join(around, 'my project');
  mkdirSync(folder);
  const npm = promisify(execFile);
  const pack = ['pack', '--ignore-scripts', '--json', '--pack-destination', around];
  const { stdout } = await npm('npm', pack, { cwd: ROOT });
  const [{ filename }] = JSON.parse(stdout) as [{ filename: string }];
  const { devDependencies } = (await import('../../package.json', { with: { type: 'json' } }))
    .default;
  const wanted = [join(around, filename), `typescript@${devDependencies.typescript}`];
  const flags = ['--prefer-offline', '--no-audit', '--no-fund'];
  await npm('npm', ['install', ...flags, ...wanted], { cwd: folder });
  return { folder, remove: () => rmSync(around, { recursive: true, force: true }) };
}

export interface StartOptions {
  readonly folder: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly uid?: number;
}

/** Starts a program as a user would, and waits for its end. */
export function start(command: readonly string[], options: StartOptions): Promise<Ended> {
  const { env, folder, uid } = options;
  const [program = '', ...args] = command;
  const child = spawn(program, args, {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(uid !== undefined && { uid, gid: uid }),
  });
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  return new Promise((done, failed) => {
    child.once('error', failed);
    child.once('close', (code) => done({ code, out, err }));
  });
}
