import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { expect, test } from 'vitest';
import { isBech32 } from '../../src/core/bech32.ts';

/** The bytes 1 to 32, 101 to 132, and the letters of 'keelson'. */
const VECTORS = [
  ['age1qypqxpq9qcrsszg2pvxq6rs0zqg3yyc5z5tpwxqergd3c8g7rusqmwn7f2', 'age'],
  ['age1v4nxw6rfdf4kcmtwdac8zunnw36hvamc09a8klra0elcpqvzswzqw7hsdz', 'age'],
  ['shop1ddjk2mrndahqrzvyax', 'shop'],
] as const;

test.each(VECTORS)('%s is right, of %s alone', (text, prefix) => {
  expect(isBech32(text, prefix)).toBe(true);
  expect(isBech32(text, 'other')).toBe(false);
  expect(isBech32(text.replace(prefix, 'agf'), 'agf')).toBe(false);
});

test('what age itself makes is right', async () => {
  const identity = await generateX25519Identity();
  expect(isBech32(await identityToRecipient(identity), 'age')).toBe(true);
  expect(isBech32(identity, 'age')).toBe(false);
});

const [[KEY]] = VECTORS;

test('no letter can be another', () => {
  for (let at = 4; at < KEY.length; at += 1) {
    const other = KEY[at] === 'q' ? 'p' : 'q';
    expect(isBech32(KEY.slice(0, at) + other + KEY.slice(at + 1), 'age'), `at ${at}`).toBe(false);
  }
});

test.each([
  ['two neighbours swapped', KEY.replace(/(.)(.)$/, '$2$1')],
  ['a letter too few', KEY.slice(0, -1)],
  ['a letter too many', `${KEY}q`],
  ['capitals', KEY.toUpperCase()],
  ['a letter that bech32 has not', KEY.replace(/.$/, 'b')],
  ['too little for a checksum', 'age1qqqq'],
  ['nothing', ''],
])('fails with %s', (_, text) => {
  expect(isBech32(text, 'age')).toBe(false);
});
