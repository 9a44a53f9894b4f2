import { expect, test } from 'vitest';
import { parseDotenv } from '../../src/operations/secrets/dotenv.ts';

const valuesOf = (text: string) =>
  Object.fromEntries(parseDotenv(text).assignments.map(({ name, value }) => [name, value]));
const faultsOf = (text: string) =>
  parseDotenv(text).faults.map(({ line, message }) => `${line}: ${message}`);

test.each([
  ['A=one', 'one'],
  ['  export A = one two  ', 'one two'],
  ['A=one # a comment', 'one'],
  ['A=one#two', 'one#two'],
  ['A=# only a comment', ''],
  ['A=', ''],
  ["A='one # two'", 'one # two'],
  ["A='\\n stays'", '\\n stays'],
  ['A="a \\"quote\\", a \\\\, a \\$, a\\tb\\nc"', 'a "quote", a \\, a $, a\tb\nc'],
  ['A="$HOME and $(id)"', '$HOME and $(id)'],
  ['A="two\nlines" # and a comment', 'two\nlines'],
  ["A='-----BEGIN\nkey\n-----END\n'", '-----BEGIN\nkey\n-----END\n'],
  ['A="two\r\nlines"\r\n', 'two\nlines'],
  ['\uFEFFA=one', 'one'],
  ['A=one=two==', 'one=two=='],
])('%j is read', (text, value) => {
  expect(faultsOf(text)).toEqual([]);
  expect(valuesOf(text)).toEqual({ A: value });
});

test('lines are counted through values of several lines', () => {
  const { assignments } = parseDotenv('# first\n\nA="1\n2\n3"\r\nB=x\n');
  expect(assignments.map(({ line, name }) => [line, name])).toEqual([
    [3, 'A'],
    [6, 'B'],
  ]);
});

test.each([
  ['A=1\nA=2', ["2: 'A' is also on line 1"]],
  ['A="1\nB=planted', ["1: 'A' begins with a quote that never ends"]],
  ["A='1' planted", ["1: 'A' has something behind its closing quote"]],
  ['planted', ['1: is neither NAME=value nor a comment']],
  [
    '1A=planted\nA-B=planted',
    ['1: is neither NAME=value nor a comment', '2: is neither NAME=value nor a comment'],
  ],
])('%j is refused, and its value not repeated', (text, faults) => {
  expect(faultsOf(text)).toEqual(faults);
  expect(JSON.stringify(parseDotenv(text).faults)).not.toContain('planted');
});
