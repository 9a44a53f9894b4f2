import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { HEADER, readTree } from '../../src/output/read.ts';
import { type WriteResult, writeTree } from '../../src/output/write.ts';
import { removeFolder, temporaryFolder } from './writer-process.ts';
import { filesIn } from './writer-trees.ts';

let home = '';
let out = '';

beforeEach(() => {
  home = temporaryFolder();
  out = join(home, 'dist');
});
afterEach(() => removeFolder(home));

const ours = (text: string) => `${HEADER}\n${text}\n`;
const tree = (files: Record<string, string>) =>
  new Map(Object.entries(files).map(([path, text]) => [path, ours(text)]));

function put(path: string, text: string): void {
  mkdirSync(dirname(join(out, path)), { recursive: true });
  writeFileSync(join(out, path), text);
}

describe('writing', () => {
  test('makes missing parents, and says what it wrote', () => {
    out = join(home, 'some', 'where', 'dist');
    const files = tree({ 'b/c/d.yaml': '1', 'a.yaml': '2' });
    expect(writeTree({ out, files })).toEqual({
      written: ['a.yaml', 'b/c/d.yaml'],
      unchanged: [],
      removed: [],
      foreign: [],
    });
    expect(filesIn(out)).toEqual(files);
    expect(readdirSync(dirname(out))).toEqual(['dist']);
  });

  test('keeps inode and mtime of unchanged files, and removes what is no longer there', () => {
    writeTree({
      out,
      files: tree({ 'a/same.yaml': '1', 'a/other.yaml': '1', 'b/gone.yaml': '1' }),
    });
    const same = join(out, 'a/same.yaml');
    utimesSync(same, 1_000_000, 1_000_000);
    const before = statSync(same);

    const result = writeTree({
      out,
      files: tree({ 'a/same.yaml': '1', 'a/other.yaml': '2', 'c.yaml': '3' }),
    });
    expect(result).toEqual({
      written: ['a/other.yaml', 'c.yaml'],
      unchanged: ['a/same.yaml'],
      removed: ['b/gone.yaml'],
      foreign: [],
    });
    expect([statSync(same).ino, statSync(same).mtimeMs]).toEqual([before.ino, before.mtimeMs]);
    expect(readdirSync(out).sort()).toEqual(['a', 'c.yaml']);
    expect(readdirSync(home)).toEqual(['dist']);
  });

  test('touches nothing when nothing differs', () => {
    const files = tree({ 'a.yaml': '1', 'b/c.yaml': '2' });
    writeTree({ out, files });
    const before = [home, out, join(out, 'b')].map((path) => [
      statSync(path).ino,
      statSync(path).mtimeMs,
    ]);
    expect(writeTree({ out, files }).unchanged).toEqual(['a.yaml', 'b/c.yaml']);
    const after = [home, out, join(out, 'b')].map((path) => [
      statSync(path).ino,
      statSync(path).mtimeMs,
    ]);
    expect(after).toEqual(before);
  });

  test('keeps the mode of the folder, and writes through a link to it', () => {
    writeTree({ out, files: tree({ 'a.yaml': '1' }) });
    chmodSync(out, 0o750);
    symlinkSync('dist', join(home, 'link'));
    writeTree({ out: join(home, 'link'), files: tree({ 'a.yaml': '2' }) });
    expect(statSync(out).mode & 0o777).toBe(0o750);
    expect(lstatSync(join(home, 'link')).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(out, 'a.yaml'), 'utf8')).toBe(ours('2'));
  });

  test('leaves alone what `keep` names, whatever it is and whether or not it was given', () => {
    const all = tree({ 'c/staging/a.yaml': '1', 'c/prod/a.yaml': '1', 'c/prod/b.yaml': '1' });
    writeTree({ out, files: all });
    put('c/prod/notes.txt', 'foreign');
    const files = tree({ 'c/staging/a.yaml': '2', 'c/prod/a.yaml': '2', 'c/prod/new.yaml': '2' });
    const keep = (path: string) => !path.startsWith('c/staging/');
    expect(writeTree({ out, files, keep })).toEqual({
      written: ['c/staging/a.yaml'],
      unchanged: [],
      removed: [],
      foreign: [],
    });
    expect(filesIn(out)).toEqual(
      new Map([...all, ['c/staging/a.yaml', ours('2')], ['c/prod/notes.txt', 'foreign']]),
    );
  });

  test('asks for approval of what it would do, and does nothing when that is refused', () => {
    writeTree({ out, files: tree({ 'a.yaml': '1', 'b.yaml': '1' }) });
    const before = filesIn(out);
    const approve = ({ written, removed }: WriteResult) => {
      throw new Error(`refused to write ${written} and to remove ${removed}`);
    };
    expect(() => writeTree({ out, files: tree({ 'a.yaml': '2' }), approve })).toThrow(
      /^refused to write a.yaml and to remove b.yaml$/,
    );
    expect(filesIn(out)).toEqual(before);
    expect(readdirSync(home)).toEqual(['dist']);
  });
});

describe('what Keelson did not write', () => {
  test('is never changed or deleted, but reported', () => {
    put('notes.txt', 'mine');
    put('a/b/own.yaml', 'kind: Own\n');
    put('.git/refs/tags/.keep', '');
    mkdirSync(join(out, '.git/refs/heads'), { recursive: true });
    mkdirSync(join(out, 'empty/folder'), { recursive: true });
    symlinkSync('/etc', join(out, 'link'));
    expect(writeTree({ out, files: tree({ 'a/new.yaml': '1' }) }).foreign).toEqual([
      '.git',
      'a/b/own.yaml',
      'link',
      'notes.txt',
    ]);
    expect(readdirSync(out).sort()).toEqual(['.git', 'a', 'link', 'notes.txt']);
    expect(readdirSync(join(out, '.git/refs')).sort()).toEqual(['heads', 'tags']);
    expect(lstatSync(join(out, 'link')).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(out, 'a/b/own.yaml'), 'utf8')).toBe('kind: Own\n');
  });

  test.each([
    ['a file at a path of ours', 'a.yaml', 'a.yaml'],
    ['a file where a folder of ours must be', 'a', 'a/b.yaml'],
    ['a file in a folder where a file of ours must be', 'a/b/own.txt', 'a'],
  ])('fails on %s', (_, foreign, path) => {
    put(foreign, 'mine');
    const write = () => writeTree({ out, files: tree({ [path]: '1' }) });
    expect(write).toThrow(`${out}: '${foreign}' was not written by Keelson`);
    expect(write).toThrow(expect.objectContaining({ code: 'output/foreign-file' }));
    expect(filesIn(out)).toEqual(new Map([[foreign, 'mine']]));
    expect(readdirSync(home)).toEqual(['dist']);
  });

  test('fails on a link at a path of ours, and on a linked folder in the way', () => {
    mkdirSync(out);
    mkdirSync(join(home, 'elsewhere'));
    symlinkSync(join(home, 'elsewhere'), join(out, 'a'));
    for (const path of ['a', 'a/b.yaml']) {
      expect(() => writeTree({ out, files: tree({ [path]: '1' }) })).toThrow("'a' was not written");
    }
    expect(readdirSync(join(home, 'elsewhere'))).toEqual([]);
  });
});

describe('paths', () => {
  test.each([
    '',
    '/etc/passwd',
    '../a.yaml',
    'a/../../b.yaml',
    'a/..',
    'a//b.yaml',
    './a.yaml',
    'a/./b',
    'a/',
    'a\\b.yaml',
    'a\nb.yaml',
    'a\0b.yaml',
    'a\u0085b',
    '.git/hooks/pre-commit',
    'a/.git',
  ])('fails on the path %j', (path) => {
    const write = () => writeTree({ out, files: new Map([[path, ours('1')]]) });
    expect(write).toThrow(`${out}: cannot write a file at ${JSON.stringify(path)}`);
    expect(write).toThrow(expect.objectContaining({ code: 'output/bad-path' }));
    expect(readdirSync(home)).toEqual([]);
  });

  test.each(['..a/b..yaml', '.gitignore', 'a/.github/x.yaml', 'a b: ü.yaml'])(
    'writes the path %j',
    (path) => {
      writeTree({ out, files: tree({ [path]: '1' }) });
      expect([...filesIn(out).keys()]).toEqual([path]);
    },
  );

  test.each([
    [{ 'a/B.yaml': '1', 'a/b.yaml': '2' }, "'a/B.yaml' and 'a/b.yaml' cannot both be written"],
    [{ a: '1', 'A/b.yaml': '2' }, "'a' and 'A/b.yaml' cannot both be written"],
  ])('fails when two paths are one: %j', (files, message) => {
    expect(() => writeTree({ out, files: tree(files) })).toThrow(`${out}: ${message}`);
    expect(readdirSync(home)).toEqual([]);
  });

  test('fails on a file without the header, which the next run would take for foreign', () => {
    const write = () => writeTree({ out, files: new Map([['a.yaml', 'kind: X\n']]) });
    expect(write).toThrow('a.yaml does not begin with the header of generated files');
  });
});

describe('reading', () => {
  test('gives every file and whether it is ours; a missing tree has none', () => {
    expect(readTree(out)).toEqual(new Map());
    writeTree({ out, files: tree({ 'a/b.yaml': '1' }) });
    put('own.txt', 'mine');
    symlinkSync('own.txt', join(out, 'link'));
    expect(readTree(out)).toEqual(
      new Map([
        ['a/b.yaml', { text: ours('1'), ours: true }],
        ['own.txt', { text: 'mine', ours: false }],
      ]),
    );
    expect(existsSync(join(home, '.dist.keelson-lock'))).toBe(false);
  });
});
