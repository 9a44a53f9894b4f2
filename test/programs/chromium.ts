import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from './loopback.ts';

const FLAGS = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];

/** Shows a page in a real browser, and gives what its script has put into `<pre id="answer">`, read as JSON. */
export function answerOf(page: string, flags: readonly string[] = []): unknown {
  const folder = temporaryFolder();
  const file = join(folder, 'page.html');
  writeFileSync(file, page);
  const profile = `--user-data-dir=${join(folder, 'profile')}`;
  const args = [...FLAGS, ...flags, profile, '--dump-dom', `file://${file}`];
  const { stderr, stdout } = spawnSync('chromium', args, {
    encoding: 'utf8',
    timeout: 60_000,
    maxBuffer: 64 * 1024 * 1024,
  });
  const answer = /<pre id="answer">([\s\S]*?)<\/pre>/.exec(stdout)?.[1];
  if (answer === undefined) throw new Error(`the page gave no answer: ${stderr}`);
  return JSON.parse(decodeURIComponent(answer));
}
