import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { derived, generated, human, literal, sha256Of } from '../../src/core/secret.ts';
import { valuesFor } from '../../src/operations/secrets/values.ts';
import { facts, target } from './sealing.ts';

const keys = {
  user: literal('o’brien'),
  password: human('the password'),
  url: derived('redis://{user:url}:{password:url}@cache:6379/{user}'),
  hash: sha256Of('url'),
};
const all = Object.keys(keys);
const given = (values: Record<string, string>) => new Map(Object.entries(values));

test('derived values follow from what is given', () => {
  const { faults, values } = valuesFor(target(facts(keys)), given({ password: "a b+c/d'(!" }));
  const url = 'redis://o%E2%80%99brien:a%20b%2Bc%2Fd%27%28%21@cache:6379/o’brien';
  expect(faults).toEqual([]);
  expect(values.get('url')).toBe(url);
  expect(values.get('hash')).toBe(createHash('sha256').update(url).digest('hex'));
});

test('generated values have the length and the letters that were asked for, and never come twice', () => {
  const made = facts({ a: generated(40), b: generated(64, 'hex') });
  const [one, two] = [valuesFor(target(made), given({})), valuesFor(target(made), given({}))];
  expect(one.values.get('a')).toMatch(/^[A-Za-z0-9]{40}$/);
  expect(one.values.get('b')).toMatch(/^[0-9a-f]{64}$/);
  expect(one.values.get('a')).not.toBe(two.values.get('a'));
  expect(one.made).toEqual(['a', 'b']);
});

test('what is sealed already stays', () => {
  const made = facts({ a: generated(), b: human('b') });
  expect(valuesFor(target(made, ['a', 'b']), given({})).values.size).toBe(0);
  const { faults, values } = valuesFor(target(made, ['a', 'b']), given({ b: 'new' }));
  expect(faults).toEqual([]);
  expect([...values]).toEqual([['b', 'new']]);
});

test('a value that was generated before wins over a new one', () => {
  const { made, values } = valuesFor(
    target(facts({ a: generated() })),
    given({ a: 'from before' }),
  );
  expect([made, values.get('a')]).toEqual([[], 'from before']);
});

test.each([
  ['nothing is given', target(facts(keys)), {}, ["'DB_AUTH_PASSWORD' is missing"]],
  [
    'a key that is made of it is new',
    target(facts(keys), ['user', 'password']),
    {},
    [
      "'DB_AUTH_PASSWORD' is sealed already, and cannot be read back for what must be sealed with it",
    ],
  ],
  [
    'SOPS has one key for a whole file',
    target(facts({ a: generated(), b: human('b') }), ['a', 'b'], { sops: true }),
    { b: 'new' },
    ["'DB_AUTH_A' is sealed already, and cannot be read back for what must be sealed with it"],
  ],
  [
    'a copy is new',
    target(facts({ a: generated() }), ['a'], { copied: { a: generated() } }),
    {},
    ["'DB_AUTH_A' is sealed already, and cannot be read back for what must be sealed with it"],
  ],
] as const)('fails when %s', (_, where, values, faults) => {
  const found = valuesFor(where, given(values as Record<string, string>));
  expect(found.faults).toEqual(faults);
  expect(found.values.size).toBe(0);
});

test('a new password makes anew all that is made of it, and leaves the rest', () => {
  const more = facts({ ...keys, other: generated() });
  const { values } = valuesFor(target(more, [...all, 'other']), given({ password: 'new' }));
  expect([...values.keys()].sort()).toEqual(['hash', 'password', 'url', 'user']);
});
