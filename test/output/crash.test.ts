import { once } from 'node:events';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readTree } from '../../src/output/read.ts';
import { recover } from '../../src/output/recover.ts';
import { writeTree } from '../../src/output/write.ts';
import {
  compileWriter,
  ended,
  removeFolder,
  startWriter,
  temporaryFolder,
} from './writer-process.ts';
import { treeOf, wholeTreeAt } from './writer-trees.ts';

const folder = temporaryFolder();
let writer = '';

beforeAll(async () => {
  writer = await compileWriter(folder);
});
afterAll(() => removeFolder(folder));

/** No process has this number: it is above the largest that Linux gives. */
const GONE = 4_194_305;
const WAITING = /^waiting for another synth of .* \(process \d+\)\n/;

const LANES = 3;
const KILLS = 100;

interface Tally {
  wholeBefore: number;
  missingBefore: number;
  debris: number;
  readonly trees: Set<string | undefined>;
}

async function killLane(lane: number, tally: Tally): Promise<void> {
  const home = join(folder, `lane-${lane}`);
  const out = join(home, 'dist');
  for (let kill = lane; kill < KILLS; kill += LANES) {
    const child = startWriter(writer, ['loop', out]);
    await Promise.race([once(child.stdout ?? child, 'data'), once(child, 'exit')]);
    await sleep(Math.random() * 40);
    child.kill('SIGKILL');
    await ended(child);
    const names = readdirSync(home);
    const before = names.includes('dist') ? wholeTreeAt(out) : 'missing';
    if (before === 'missing') tally.missingBefore += 1;
    else if (before) tally.wholeBefore += 1;
    if (names.length > 1) tally.debris += 1;
    recover(out);
    tally.trees.add(names.length > 1 ? wholeTreeAt(out) : before);
    expect(readdirSync(home).filter((name) => name !== '.dist.keelson-lock')).toEqual(['dist']);
  }
  writeTree({ out, files: treeOf('A'), timeoutSeconds: 0 });
  writeTree({ out, files: treeOf('B') });
  expect([readdirSync(home), wholeTreeAt(out)]).toEqual([['dist'], 'B']);
}

test('kill -9 a hundred times: the tree is wholly the old or wholly the new one', async () => {
  const tally: Tally = { wholeBefore: 0, missingBefore: 0, debris: 0, trees: new Set() };
  await Promise.all(Array.from({ length: LANES }, (_, lane) => killLane(lane, tally)));
  console.log(
    `${KILLS} kills: whole before recovery ${tally.wholeBefore}, between the renames ` +
      `${tally.missingBefore}, left debris ${tally.debris}`,
  );
  expect([...tally.trees].sort()).toEqual(['A', 'B']);
  expect(tally.wholeBefore + tally.missingBefore).toBe(KILLS);
  expect(tally.debris).toBeGreaterThan(3);
}, 180_000);

test('between the two renames: the next reader and the next writer find the old tree whole', () => {
  for (const next of [recover, readTree, (out: string) => writeTree({ out, files: treeOf('A') })]) {
    const out = join(folder, 'halfway', 'dist');
    removeFolder(join(folder, 'halfway'));
    writeTree({ out: join(folder, 'halfway', `.dist.keelson-${GONE}`), files: treeOf('B') });
    writeTree({ out: join(folder, 'halfway', `.dist.keelson-${GONE}-old`), files: treeOf('A') });
    writeFileSync(join(folder, 'halfway', '.dist.keelson-lock'), `${GONE} 1`);
    next(out);
    expect(wholeTreeAt(out)).toBe('A');
    expect(readdirSync(join(folder, 'halfway'))).toEqual(['dist']);
  }
});

test('debris of another folder, and what only looks like debris, is left alone', () => {
  const home = join(folder, 'neighbours');
  const others = [
    'dist2',
    '.dist.keelson-notes',
    '.dist.keelson-1-notes',
    '.dist2.keelson-1',
    `.dist.keelson-x.keelson-${GONE}`,
  ];
  for (const name of others) writeTree({ out: join(home, name), files: treeOf('A') });
  writeTree({ out: join(home, `.dist.keelson-${GONE}`), files: treeOf('B') });
  writeTree({ out: join(home, 'dist'), files: treeOf('B') });
  expect(readdirSync(home).sort()).toEqual([...others, 'dist'].sort());
});

test.each(Array.from({ length: 10 }, (_, round) => round))(
  'two synths at once, round %s: both succeed and the tree is whole',
  async (round) => {
    const home = join(folder, `pair-${round}`);
    mkdirSync(home);
    // Every other round a killed run has left its lock, which only one of the two may take over.
    if (round % 2 === 1) writeFileSync(join(home, '.dist.keelson-lock'), `${GONE} 1`);
    const runs = ['A', 'B', 'A'].map((letter) =>
      ended(startWriter(writer, ['once', join(home, 'dist'), letter])),
    );
    for (const { code, err } of await Promise.all(runs))
      expect([code, err.replace(WAITING, '')]).toEqual([0, '']);
    expect(['A', 'B']).toContain(wholeTreeAt(join(home, 'dist')));
    expect(readdirSync(home)).toEqual(['dist']);
  },
);
