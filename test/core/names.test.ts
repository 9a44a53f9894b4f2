import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addressProblem, isCidr } from '../../src/core/address.ts';
import { contentHash } from '../../src/core/hash.ts';
import { labelValue, selectorOf } from '../../src/core/labels.ts';
import { isDnsLabel, isDnsSubdomain, suggest } from '../../src/core/names.ts';

test.each(['a', 'shop', 'shop-2', 'a'.repeat(63)])('%s is a DNS label', (name) => {
  expect(isDnsLabel(name)).toBe(true);
});

test.each([
  '',
  '2shop',
  'Shop',
  'shop-',
  '-shop',
  'shop_1',
  'a.b',
  '..',
  '/etc',
  'a\nb',
  'a: b',
  'a'.repeat(64),
  7,
  null,
])('%j is no DNS label', (name) => {
  expect(isDnsLabel(name)).toBe(false);
});

test.each(['example.com', '1.2.3.com', 'localhost'])('%s is a host name', (name) => {
  expect(isDnsSubdomain(name)).toBe(true);
});

test.each([
  '',
  'Example.com',
  'a..b',
  '.com',
  'https://a.com',
  'a.com/x',
  'a b',
  'a\n',
  `${'a'.repeat(254)}`,
])('%j is no host name', (name) => {
  expect(isDnsSubdomain(name)).toBe(false);
});

test('the nearest name is suggested before the list', () => {
  expect(suggest('environments', 'stagin', ['prod', 'staging', 'dev'])).toBe(
    "did you mean 'staging'? known environments: dev, prod, staging",
  );
  expect(suggest('environments', 'elsewhere', ['prod', 'dev'])).toBe(
    'known environments: dev, prod',
  );
  expect(suggest('environments', 'x', [])).toBe('there are no environments');
});

test('a selector holds the name and the instance, and nothing else', () => {
  expect(selectorOf('redis', 'cache')).toEqual({
    'app.kubernetes.io/name': 'redis',
    'app.kubernetes.io/instance': 'cache',
  });
});

test('any name makes a label that Kubernetes takes', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 200 }), (name) => {
      expect(labelValue(name)).toMatch(/^([A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?$/);
    }),
  );
  expect(labelValue('shop')).toBe('shop');
});

// FNV-1a, 32 bits: http://www.isthe.com/chongo/tech/comp/fnv/
test.each([
  ['', '811c9dc5'],
  ['a', 'e40c292c'],
  ['foobar', 'bf9cf968'],
])('the hash of %j begins with the published one', (content, hash) => {
  expect(contentHash(content)).toMatch(new RegExp(`^${hash}[0-9a-f]{8}$`));
});

test('the hash changes with one letter, wherever it is', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), fc.nat(), (text, at) => {
      const place = at % text.length;
      const other = `${text.slice(0, place)}\u2603${text.slice(place + 1)}`;
      expect(contentHash(other) === contentHash(text)).toBe(other === text);
    }),
  );
});

test.each([
  '10.0.0.0/16',
  '0.0.0.0/0',
  '192.168.1.7/32',
  'fd00::/8',
  '::/0',
  '2001:db8:1:2:3:4:5:6/128',
])('%s is a block of addresses', (text) => {
  expect(isCidr(text)).toBe(true);
});

test.each([
  '',
  '10.0.0.0',
  '10.0.0.0/33',
  '10.0.0/16',
  '10.0.0.256/8',
  '010.0.0.0/8',
  '10.0.0.0/8/8',
  'fd00::/129',
  'fd00:::/8',
  '1:2:3::4::5/8',
  'a/8',
  7,
])('%j is no block of addresses', (text) => {
  expect(isCidr(text)).toBe(false);
});

test.each([
  [{ host: 'api.example.com', port: 443 }, undefined],
  [{ host: '10.0.0.7', port: 5432, cidrs: ['10.0.0.7/32'] }, undefined],
  [{ host: '', port: 443 }, 'host ""'],
  [{ host: 'a b', port: 443 }, 'host "a b"'],
  [{ host: 'a', port: 0 }, 'port 0'],
  [{ host: 'a', port: Number.NaN }, 'port NaN'],
  [{ host: 'a', port: 65_536 }, 'port 65536'],
  [{ host: 'a', port: 1, cidrs: [] }, 'no addresses at all'],
  [{ host: 'a', port: 1, cidrs: ['10.0.0.0/8', '10.0.0.1'] }, 'addresses "10.0.0.1"'],
])('the address %j has the problem %j', (address, problem) => {
  expect(addressProblem({ owner: undefined, protocol: 'tcp', ...address })).toBe(problem);
});
