import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  compareQuantities,
  formatQuantity,
  parseAnyQuantity,
  parseCpu,
  parseQuantity,
  type Quantity,
} from '../../src/core/quantity.ts';

const KI = 1024n;
const quantity = fc
  .tuple(fc.integer({ min: 1, max: 1_000_000 }), fc.constantFrom('Ki', 'Mi', 'Gi', 'Ti', 'Pi'))
  .map(([count, unit]) => `${count}${unit}` as Quantity);

test.each([
  ['1Ki', KI],
  ['512Mi', 512n * KI ** 2n],
  ['20Gi', 20n * KI ** 3n],
  ['9007199254740993Pi', 9_007_199_254_740_993n * KI ** 5n],
])('%s is read to the byte', (text, bytes) => {
  expect(parseQuantity(text)).toBe(bytes);
});

test.each([
  '',
  '0',
  '0Gi',
  '10',
  '1.5Gi',
  '20GB',
  '20gi',
  '-1Gi',
  '1e3',
  ' 1Gi',
  '1Gi\n',
  'Gi',
  7,
  null,
  undefined,
])('%j is no amount of memory', (text) => {
  expect(parseQuantity(text)).toBeUndefined();
});

test.each([
  ['1', 1000],
  ['250m', 250],
  ['0.5', 500],
  ['1.125', 1125],
])('%s of processor is %i thousandths', (text, milli) => {
  expect(parseCpu(text)).toBe(milli);
});

test.each(['0', '0m', '', '-1', '1e3', '0.5m', '1.0005', 'Infinity', 'NaN', '2 ', '1Gi', 1])(
  '%j is no amount of processor',
  (text) => {
    expect(parseCpu(text)).toBeUndefined();
  },
);

test.each([
  ['1', 1000n],
  ['500m', 500n],
  ['1k', 1_000_000n],
  ['1.5Ki', 1_536_000n],
  [2, 2000n],
])('Kubernetes reads %j as %s thousandths', (text, milli) => {
  expect(parseAnyQuantity(text)).toBe(milli);
});

test.each(['lots', '1GB', '-1', Number.NaN, Number.POSITIVE_INFINITY, {}])(
  'Kubernetes does not take %j',
  (text) => {
    expect(parseAnyQuantity(text)).toBeUndefined();
  },
);

test('what is formatted reads as the same amount', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 1n, max: 1n << 60n }), (kibibytes) => {
      expect(parseQuantity(formatQuantity(kibibytes * KI))).toBe(kibibytes * KI);
    }),
  );
});

test('formatting what was read gives the shortest way to write it', () => {
  fc.assert(
    fc.property(quantity, (text) => {
      const again = formatQuantity(parseQuantity(text) ?? 0n);
      expect(parseQuantity(again)).toBe(parseQuantity(text));
      expect(Number.parseInt(again, 10)).toBeLessThanOrEqual(Number.parseInt(text, 10));
    }),
  );
});

test('an amount that is no whole kibibyte is rounded up, never down', () => {
  expect(formatQuantity(1n)).toBe('1Ki');
  expect(formatQuantity(1025n)).toBe('2Ki');
});

test('amounts compare by size and not by letters', () => {
  expect(compareQuantities('9Gi', '10Gi')).toBeLessThan(0);
  expect(compareQuantities('1Gi', '1024Mi')).toBe(0);
  fc.assert(
    fc.property(quantity, quantity, (a, b) => {
      expect(compareQuantities(a, b) + compareQuantities(b, a)).toBe(0);
    }),
  );
});
