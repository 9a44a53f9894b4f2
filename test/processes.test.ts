import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { Workspace } from './e2e/workspace.ts';
import { isAlive } from './tools.ts';

async function opened(): Promise<Workspace> {
  const workspace = await Workspace.open();
  onTestFinished(() => workspace.close());
  return workspace;
}

/** A port that another program already listens on. */
async function takenPort(): Promise<number> {
  const other = createServer();
  await new Promise<void>((done) => other.listen(0, '127.0.0.1', done));
  onTestFinished(() => void other.close());
  const address = other.address();
  return typeof address === 'object' ? (address?.port ?? 0) : 0;
}

const listen = (port: number) => [
  '-e',
  `require('node:net').createServer().listen(${port}, '127.0.0.1')`,
];
const never = async () => false;

test('fails when a port is taken, saying so before the end of the log, and leaves nothing', async () => {
  const workspace = await opened();
  const { folder, processes } = workspace;
  processes.start('idle', process.execPath, listen(0));
  const [idle = 0] = processes.ids().keys();
  processes.start('api', process.execPath, listen(await takenPort()));
  await expect(processes.waitFor('api', never)).rejects.toThrow(
    /^api ended at once; another program took its port; run again\nthe end of its log:\n(.*\n)*.*EADDRINUSE/,
  );
  await workspace.close();
  expect({ alive: isAlive(idle), folder: existsSync(folder) }).toEqual({
    alive: false,
    folder: false,
  });
});

test('says which process ended, when another waits for it', async () => {
  const { processes } = await opened();
  processes.start('store', process.execPath, [
    '-e',
    'console.error("no such flag"); process.exit(3)',
  ]);
  processes.start('api', process.execPath, listen(0));
  await expect(processes.waitFor('api', never)).rejects.toThrow(
    'store ended at once; the end of its log:\n    no such flag',
  );
});

test('fails when something does not become ready in time', async () => {
  const { processes } = await opened();
  processes.start('api', process.execPath, [
    '-e',
    'console.log("thinking"); setInterval(() => {}, 1000)',
  ]);
  await expect(processes.waitFor('api', never, 1)).rejects.toThrow(
    'api is not ready after 1 s; the end of its log:\n    thinking',
  );
});
