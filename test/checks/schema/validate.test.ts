import { describe, expect, test } from 'vitest';
import { pathText, show } from '../../../src/checks/schema/problem.ts';
import { validate } from '../../../src/checks/schema/validate.ts';
import type { JsonSchema } from '../../../src/core/schema.ts';

function said(schema: JsonSchema, value: unknown): string[] {
  return validate({ schema, root: schema }, value).map(({ given, message, path }) =>
    `${pathText(path)} ${message}${given ? `, got ${show(given.value)}` : ''}`.trim(),
  );
}

const ports: JsonSchema = {
  type: 'array',
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-list-map-keys': ['port', 'protocol'],
  items: { type: 'object', properties: { port: {}, protocol: { default: 'TCP' } } },
};

test.each<[string, JsonSchema, unknown, unknown, string]>([
  ['type', { type: 'integer' }, 1, 'a', "must be a whole number, got 'a'"],
  ['types', { type: ['string', 'number'] }, '1', true, 'must be a string or a number, got true'],
  ['nullable', { type: 'string', nullable: true }, null, 1, 'must be a string, got 1'],
  [
    'int-or-string',
    { 'x-kubernetes-int-or-string': true },
    '25%',
    1.5,
    'must be a whole number or a string, got 1.5',
  ],
  ['enum', { enum: ['a', 'b'] }, 'b', 'c', "must be one of a, b, got 'c'"],
  ['const', { const: 'v1' }, 'v1', 'v2', "must be 'v1', got 'v2'"],
  ['minLength', { minLength: 1 }, 'a', '', "must have 1 character or more, got ''"],
  ['maxLength', { maxLength: 2 }, '🙂🙂', 'abc', "must have at most 2 characters, got 'abc'"],
  ['pattern', { pattern: '^[a-z]+$' }, 'a', 'A', "must match ^[a-z]+$, got 'A'"],
  [
    "Go's flags",
    { pattern: '^(?i)(abort|warn)?$' },
    'WARN',
    'x',
    "must match ^(?i)(abort|warn)?$, got 'x'",
  ],
  ['byte', { format: 'byte' }, 'aGk=', 'a', "must be base64, got 'a'"],
  [
    'date-time',
    { format: 'date-time' },
    '2006-01-02T15:04:05Z',
    'now',
    "must be a time such as 2006-01-02T15:04:05Z, got 'now'",
  ],
  [
    'date',
    { format: 'date' },
    '2006-01-02',
    '2006-13-02',
    "must be a date such as 2006-01-02, got '2006-13-02'",
  ],
  [
    'ipv4',
    { format: 'ipv4' },
    '10.0.0.1',
    '10.0.0.256',
    "must be an IPv4 address, got '10.0.0.256'",
  ],
  [
    'ipv6',
    { format: 'ipv6' },
    '::ffff:10.0.0.1',
    '1::2::3',
    "must be an IPv6 address, got '1::2::3'",
  ],
  [
    'cidr',
    { format: 'cidr' },
    'fd00::/8',
    '10.0.0.0/33',
    "must be a network such as 10.0.0.0/16, got '10.0.0.0/33'",
  ],
  [
    'uuid',
    { format: 'uuid' },
    '123e4567-e89b-12d3-a456-426614174000',
    'x',
    "must be a UUID, got 'x'",
  ],
  ['int32', { format: 'int32' }, 2147483647, 2147483648, 'must be within 32 bits, got 2147483648'],
  [
    'int64',
    { format: 'int64' },
    -9.2e18,
    9.3e18,
    'must be within 64 bits, got 9300000000000000000',
  ],
  ['minimum', { minimum: 1 }, 1, 0, 'must be at least 1, got 0'],
  [
    'a flag beside minimum',
    { minimum: 1, exclusiveMinimum: true },
    2,
    1,
    'must be more than 1, got 1',
  ],
  ['exclusiveMinimum', { exclusiveMinimum: 1 }, 2, 1, 'must be more than 1, got 1'],
  ['maximum', { maximum: 1 }, 1, 2, 'must be at most 1, got 2'],
  ['exclusiveMaximum', { exclusiveMaximum: 1 }, 0, 1, 'must be less than 1, got 1'],
  ['multipleOf', { multipleOf: 5 }, 10, 11, 'must be a multiple of 5, got 11'],
  ['minItems', { minItems: 1 }, [1], [], 'must have 1 items or more, got 0'],
  ['maxItems', { maxItems: 1 }, [1], [1, 2], 'must have at most 1 items, got 2'],
  ['items', { items: { type: 'string' } }, ['a'], ['a', 1], '[1] must be a string, got 1'],
  [
    'uniqueItems',
    { uniqueItems: true },
    [1, 2],
    [{ a: 1 }, { a: 1 }],
    'holds an item twice, got {"a":1}',
  ],
  ['a set', { 'x-kubernetes-list-type': 'set' }, ['a'], ['a', 'a'], "holds an item twice, got 'a'"],
  [
    'a map',
    ports,
    [{ port: 53 }, { port: 53, protocol: 'UDP' }],
    [{ port: 53 }, { port: 53, protocol: 'TCP' }],
    "[1] repeats an item with port 53, protocol 'TCP'",
  ],
  ['required', { required: ['a'] }, { a: 1 }, {}, 'a is missing'],
  [
    'a required field that all objects inherit',
    { required: ['constructor'] },
    { constructor: 1 },
    {},
    'constructor is missing',
  ],
  [
    'unknown fields',
    { properties: { a: {} }, additionalProperties: false },
    { a: 1 },
    { b: 1 },
    'b is no known field',
  ],
  [
    'fields by any name',
    { additionalProperties: { type: 'string' } },
    { 'a/b': 'c' },
    { 'a/b': 1 },
    "['a/b'] must be a string, got 1",
  ],
  ['minProperties', { minProperties: 1 }, { a: 1 }, {}, 'must have 1 fields or more, got 0'],
  [
    'maxProperties',
    { maxProperties: 1 },
    { a: 1 },
    { a: 1, b: 1 },
    'must have at most 1 fields, got 2',
  ],
  ['allOf', { allOf: [{ minimum: 1 }, { maximum: 3 }] }, 2, 4, 'must be at most 3, got 4'],
  [
    'anyOf',
    { anyOf: [{ type: 'string' }, { minimum: 1 }] },
    2,
    0,
    'fits no form that it may have: it must be a string, or must be at least 1',
  ],
  [
    'fields of which one is needed',
    { anyOf: [{ required: ['a'] }, { required: ['b'] }] },
    { b: 1 },
    {},
    "must hold one of 'a', 'b'",
  ],
  [
    'fields that exclude each other',
    { oneOf: [{ required: ['a'] }, { required: ['b'] }] },
    { a: 1 },
    { a: 1, b: 1 },
    "may hold only one of 'a', 'b', got 'a' and 'b'",
  ],
  [
    'oneOf',
    { oneOf: [{ minimum: 1 }, { maximum: 3 }] },
    0,
    2,
    'fits 2 forms, and may fit only one',
  ],
  ['not', { not: { required: ['a'] } }, {}, { a: 1 }, "must not hold 'a'"],
])('%s: knows right from wrong', (_, schema, right, wrong, message) => {
  expect(said(schema, right)).toEqual([]);
  expect(said(schema, wrong)).toEqual([message]);
});

describe('references', () => {
  test('may lead back to where they began', () => {
    const tree: JsonSchema = {
      $ref: '#/definitions/node',
      definitions: {
        node: {
          type: 'object',
          properties: { name: { type: 'string' }, child: { $ref: '#/definitions/node' } },
        },
      },
    };
    expect(said(tree, { name: 'a', child: { child: { name: 'b' } } })).toEqual([]);
    expect(said(tree, { child: { child: { name: 1 } } })).toEqual([
      'child.child.name must be a string, got 1',
    ]);
  });

  test('say nothing where they lead nowhere, or in a circle', () => {
    expect(said({ $ref: '#/definitions/gone' }, 1)).toEqual([]);
    const circle = { $ref: '#/definitions/a', definitions: { a: { $ref: '#/definitions/a' } } };
    expect(said(circle, 1)).toEqual([]);
  });
});

test('a pattern that JavaScript cannot read is left to the API server', () => {
  expect(said({ pattern: '^[[:alpha:]' }, 'x')).toEqual([]);
});

test('fields that a kind is told to keep are kept', () => {
  const open = {
    properties: { a: {} },
    additionalProperties: false,
    'x-kubernetes-preserve-unknown-fields': true,
  };
  expect(said(open, { b: 1 })).toEqual([]);
});

test('long values are cut', () => {
  expect(show('x'.repeat(100))).toBe(`'${'x'.repeat(56)}…`);
});
