import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import {
  link,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  statfs,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** Says in one line why something could not be run, and what to do about it. Ends a run with exit code 2. */
export class CannotRun extends Error {}

export interface GoToolOptions {
  /** Receives one line when a build starts and one when it ends. */
  readonly log?: (line: string) => void;
}

/** The committed Go modules that pin the programs which judge our output. */
export const toolsFolder = fileURLToPath(new URL('./e2e/tools/', import.meta.url));

/** Where built programs, schemas and results live: ignored by Git, safe to delete. */
export const cacheFolder = fileURLToPath(new URL('../.tools/', import.meta.url));

const run = promisify(execFile);
const GO_ENVIRONMENT = { GOTOOLCHAIN: 'local', GOWORK: 'off', CGO_ENABLED: '0' };
const FREE_GIB = 6;
const UNUSED_DAYS = 14;

/**
 * Builds the wrapper `test/e2e/tools/<name>` once and gives the path of its program.
 * A wrapper that holds more is asked by path: `kube/kubectl`, `kwok/kustomize/stage`.
 */
export async function goTool(name: string, options: GoToolOptions = {}): Promise<string> {
  const [wrapper = name, ...path] = name.split('/');
  const source = join(toolsFolder, wrapper);
  if (!existsSync(join(source, 'go.mod'))) {
    const known = (await readdir(toolsFolder)).filter((entry) => !entry.includes('.')).join(', ');
    throw new CannotRun(`unknown tool '${wrapper}'; known tools: ${known}`);
  }
  const flags = await buildFlags(source);
  const target = join(cacheFolder, `${wrapper}-${await hashOf(source, flags)}`);
  if (!existsSync(target)) await withLock(() => build(wrapper, source, flags, target, options));
  const now = new Date();
  await utimes(target, now, now).catch(() => undefined);
  return join(target, ...(path.length > 0 ? path : [wrapper]));
}

async function build(
  wrapper: string,
  source: string,
  flags: readonly string[],
  target: string,
  { log }: GoToolOptions,
): Promise<void> {
  if (existsSync(target)) return; // another process built it while we waited
  await checkGo(wrapper, source);
  await checkDisk(wrapper);
  const started = Date.now();
  log?.(`${wrapper}: building`);
  const partial = `${target}.partial`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true });
  for (const pkg of await packagesOf(source)) {
    const args = ['build', '-mod=readonly', ...flags, '-o', join(partial, pkg.program), pkg.path];
    await go(wrapper, source, args);
  }
  await copyAssets(wrapper, source, partial);
  await rename(partial, target);
  await removeOldBuilds(wrapper, target);
  log?.(`${wrapper}: built in ${Math.round((Date.now() - started) / 1000)} s`);
}

/** One program per `tool` line; a module without one is a program of our own. */
async function packagesOf(source: string): Promise<{ path: string; program: string }[]> {
  const text = await readFile(join(source, 'go.mod'), 'utf8');
  const block = /^tool \(\n([^)]*)\)/m.exec(text)?.[1] ?? /^tool (\S+)$/m.exec(text)?.[1] ?? '';
  const paths = block.split('\n').flatMap((line) => line.trim() || []);
  if (paths.length > 1) return paths.map((path) => ({ path, program: basename(path) }));
  return [{ path: paths[0] ?? '.', program: basename(source) }];
}

/** The file `assets` names folders of a module, CRDs for instance, that are kept beside the program. */
async function copyAssets(wrapper: string, source: string, target: string): Promise<void> {
  const lines = (await readFile(join(source, 'assets'), 'utf8').catch(() => '')).trim();
  for (const line of lines ? lines.split('\n') : []) {
    const [module = '', folder = ''] = line.split(' ');
    const args = ['list', '-mod=readonly', '-m', '-f', '{{.Dir}}', module];
    const home = (await go(wrapper, source, args)).trim();
    // Not fs.cp: it keeps the module cache's read-only modes, and then nobody can delete the copy.
    for (const file of await readdir(join(home, folder), { recursive: true })) {
      if (!file.endsWith('.yaml')) continue;
      await mkdir(dirname(join(target, folder, file)), { recursive: true });
      await writeFile(join(target, folder, file), await readFile(join(home, folder, file)));
    }
  }
}

/** Kubernetes' programs take their version from the linker; `{version}` is what go.mod requires. */
async function buildFlags(source: string): Promise<string[]> {
  const stamp = await readFile(join(source, 'ldflags'), 'utf8').catch(() => '');
  const text = await readFile(join(source, 'go.mod'), 'utf8');
  const version = /k8s\.io\/kubernetes (v\S+)/.exec(text)?.[1] ?? '';
  const ldflags = `-s -w ${stamp.trim().replaceAll('{version}', version)}`.trim();
  return ['-trimpath', '-buildvcs=false', `-ldflags=${ldflags}`];
}

async function hashOf(source: string, flags: readonly string[]): Promise<string> {
  const hash = createHash('sha256').update(flags.join('\n'));
  for (const file of (await readdir(source)).sort()) {
    if (/^go\.(mod|sum)$|^assets$|\.go$/.test(file))
      hash.update(await readFile(join(source, file)));
  }
  return hash.digest('hex').slice(0, 12);
}

async function checkGo(wrapper: string, source: string): Promise<void> {
  const wanted = /^go (\S+)$/m.exec(await readFile(join(source, 'go.mod'), 'utf8'))?.[1] ?? '0';
  const { stdout } = await run('go', ['env', 'GOVERSION'], {
    env: { ...process.env, ...GO_ENVIRONMENT },
  }).catch(() => {
    throw new CannotRun(
      `${wrapper}: Go is not installed; install Go ${wanted} or newer and put 'go' on the PATH`,
    );
  });
  const found = stdout.trim().replace(/^go/, '');
  if (compareVersions(found, wanted) < 0) {
    throw new CannotRun(`${wrapper}: Go ${found} is too old; install Go ${wanted} or newer`);
  }
}

function compareVersions(left: string, right: string): number {
  const [a, b] = [left, right].map((text) =>
    text.split('.').map((part) => Number.parseInt(part, 10)),
  );
  for (let i = 0; i < 3; i++) {
    const difference = (a?.[i] ?? 0) - (b?.[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

async function checkDisk(wrapper: string): Promise<void> {
  await mkdir(cacheFolder, { recursive: true });
  const { bavail, bsize } = await statfs(cacheFolder);
  const free = (bavail * bsize) / 1024 ** 3;
  if (free < FREE_GIB) {
    throw new CannotRun(
      `${wrapper}: only ${free.toFixed(1)} GiB free in .tools/, a build needs ${FREE_GIB}; free some space`,
    );
  }
}

async function go(wrapper: string, cwd: string, args: readonly string[]): Promise<string> {
  const env = { ...process.env, ...GO_ENVIRONMENT };
  const child = spawn('go', args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let result = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    result += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const stop = () => child.kill('SIGTERM');
  process.once('exit', stop);
  const code = await new Promise<number | null>((done) => child.once('close', done));
  process.off('exit', stop);
  if (code !== 0) throw new CannotRun(`${wrapper}: ${explainGo(output)}`);
  return result;
}

function explainGo(output: string): string {
  const lines = output.split('\n').filter((line) => line && !line.startsWith('go: downloading'));
  const first = lines.find((line) => !line.startsWith('#')) ?? 'the build was interrupted';
  if (/no space left on device/.test(output)) {
    return `the disk is full; free ${FREE_GIB} GiB and run again`;
  }
  if (/missing go\.sum entry|updates to go\.mod needed/.test(output)) {
    return `go.mod and go.sum disagree; run 'go mod tidy' in the wrapper (${first})`;
  }
  if (
    /dial tcp|proxyconnect|no such host|disabled by GOPROXY|40[34]|410 Gone|timeout|unrecognized import/.test(
      output,
    )
  ) {
    return `a module could not be downloaded; check the network and GOPROXY (${first})`;
  }
  return `the build failed: ${first}`;
}

/** Builds run one at a time, also across processes: two of them would only slow each other down. */
async function withLock(work: () => Promise<void>): Promise<void> {
  const lock = join(cacheFolder, 'building.pid');
  const mine = `${lock}.${process.pid}`;
  await mkdir(cacheFolder, { recursive: true });
  await writeFile(mine, `${process.pid}`);
  for (;;) {
    const taken = await link(mine, lock).then(
      () => false,
      () => true,
    );
    if (!taken) break;
    const owner = Number(await readFile(lock, 'utf8').catch(() => ''));
    if (owner > 0 && !isAlive(owner)) await rm(lock, { force: true });
    await sleep(200);
  }
  try {
    await work();
  } finally {
    await rm(lock, { force: true });
    await rm(mine, { force: true });
  }
}

/** Whether a process with this id exists. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Keeps what another branch may still use, and forgets what nobody used for two weeks. */
async function removeOldBuilds(wrapper: string, current: string): Promise<void> {
  const others = (await readdir(cacheFolder)).filter((entry) =>
    new RegExp(`^${wrapper}-[0-9a-f]{12}$`).test(entry),
  );
  for (const entry of others) {
    const folder = join(cacheFolder, entry);
    const { mtimeMs } = await stat(folder);
    if (folder === current || Date.now() - mtimeMs < UNUSED_DAYS * 86_400_000) continue;
    await rm(folder, { recursive: true, force: true });
  }
}
