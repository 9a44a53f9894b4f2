import { readdir, readFile, readlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import { CannotRun } from '../tools.ts';

const LOOPBACK = new Set(['0100007F', '00000000000000000000000001000000']);
const LISTENING = '0A';
const given = new Set<number>();

/** A port on 127.0.0.1 that nobody uses, below the range from which the kernel takes ports for clients. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    if (given.has(port) || !(await isFree(port))) continue;
    given.add(port);
    return port;
  }
  throw new CannotRun('no free port between 20000 and 32000 on 127.0.0.1; end what holds them');
}

function isFree(port: number): Promise<boolean> {
  return new Promise((done) => {
    const probe = createServer();
    probe.once('error', () => done(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => done(true)));
  });
}

/** Refuses to go on when one of these processes can be reached from another machine. Reads /proc, so Linux only. */
export async function assertLoopbackOnly(processes: ReadonlyMap<number, string>): Promise<void> {
  const listeners = await openListeners();
  for (const [pid, name] of processes) {
    for (const inode of await socketsOf(pid)) {
      const address = listeners.get(inode);
      if (!address) continue;
      throw new CannotRun(
        `${name} listens on ${address}, not on 127.0.0.1 only; give it an address`,
      );
    }
  }
}

/** Inode of the socket to address, for every listening socket that is not on loopback. */
async function openListeners(): Promise<Map<string, string>> {
  const listeners = new Map<string, string>();
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    const text = await readFile(table, 'utf8').catch(() => '');
    for (const line of text.split('\n').slice(1)) {
      const columns = line.trim().split(/\s+/);
      const [address = '', port = ''] = (columns[1] ?? '').split(':');
      if (columns[3] !== LISTENING || LOOPBACK.has(address)) continue;
      listeners.set(columns[9] ?? '', `port ${Number.parseInt(port, 16)} of every address`);
    }
  }
  return listeners;
}

async function socketsOf(pid: number): Promise<string[]> {
  const files = await readdir(`/proc/${pid}/fd`).catch(() => []);
  const links = await Promise.all(
    files.map((file) => readlink(`/proc/${pid}/fd/${file}`).catch(() => '')),
  );
  return links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []);
}
