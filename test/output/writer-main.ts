// The program that the tests of the writer start, kill and starve: see writer-process.ts.
import { KeelsonError } from '../../src/core/errors.ts';
import { HEADER } from '../../src/output/read.ts';
import { writeTree } from '../../src/output/write.ts';
import { treeOf, wholeTreeAt } from './writer-trees.ts';

const [command, out = '', letter = 'A'] = process.argv.slice(2);

function write(files: ReadonlyMap<string, string>): void {
  writeTree({ out, files, progress: (line) => console.error(line) });
}

function big(): Map<string, string> {
  return new Map([...treeOf('B'), ['big.yaml', `${HEADER}\n${'#'.repeat(4_000_000)}\n`]]);
}

/** Reports as JSON how a write failed, and which tree is there afterwards. */
function fail(files: ReadonlyMap<string, string>): void {
  try {
    write(files);
    console.log(JSON.stringify({ code: 'none' }));
  } catch (error) {
    const { code, message } = error as KeelsonError;
    const clear = error instanceof KeelsonError;
    console.log(JSON.stringify({ clear, code, message, whole: wholeTreeAt(out) }));
  }
}

if (command === 'once') write(treeOf(letter));
if (command === 'fail') fail(treeOf(letter));
if (command === 'fail-big') {
  write(treeOf('A'));
  fail(big());
}
for (let turn = 0; command === 'loop'; turn += 1) {
  write(treeOf(turn % 2 === 0 ? 'A' : 'B'));
  if (turn === 0) process.stdout.write('ready\n');
}
