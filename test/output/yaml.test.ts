import fc from 'fast-check';
import { load, YAML11_SCHEMA } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { toYaml } from '../../src/output/yaml.ts';
import { anyTree, comparable, ownKeys, TRAPS } from './trees.ts';

const PARSERS: Record<string, (yaml: string) => unknown> = {
  'js-yaml, 1.2': (yaml) => load(yaml),
  'js-yaml, 1.1': (yaml) => load(yaml, { schema: YAML11_SCHEMA }),
  'yaml, 1.2': (yaml) => parse(yaml, { version: '1.2' }),
  'yaml, 1.1': (yaml) => parse(yaml, { version: '1.1' }),
};

describe.each(Object.entries(PARSERS))('read by %s', (_, read) => {
  test('every trap is the same string, as a value, in a list, as a key, alone', () => {
    const tree = {
      values: TRAPS.map((trap) => ({ value: trap })),
      list: TRAPS,
      nested: TRAPS.map((trap) => [trap]),
      keys: ownKeys(TRAPS.map((trap) => [trap, 'x'])),
      deep: ownKeys(TRAPS.map((trap) => [trap, [{ [trap]: trap }]])),
    };
    expect(comparable(read(toYaml(tree)))).toEqual(comparable(tree));
    for (const trap of TRAPS) expect(read(toYaml(trap))).toBe(trap);
  });

  test('any JSON-like tree survives', () => {
    fc.assert(
      fc.property(anyTree, (tree) => {
        expect(comparable(read(toYaml(tree)))).toEqual(comparable(tree));
      }),
      { numRuns: 400 },
    );
  });
});

test('golden: a Deployment, a script and quoted strings', () => {
  const object = {
    spec: {
      template: {
        spec: { containers: [{ image: 'nginx:1.25', args: ['--port=80', '-v'], name: 'web' }] },
      },
      replicas: 3,
      empty: {},
      none: [],
      nothing: null,
      dropped: undefined,
      matrix: [[1, 2], [], [{ b: 1, a: 2 }]],
    },
    status: {},
    data: {
      'run.sh': '#!/bin/sh\nset -e\n\nexec "$@"\n',
      'no-newline': 'a\nb',
      'two-newlines': 'a\n\n',
      indented: '  a\nb\n',
      windows: 'a\r\nb\r\n',
      json: '{"a": "b"}',
      switch: 'yes',
      emoji: 'done 😀',
    },
    metadata: { labels: { b: '1', a: 'x' }, namespace: 'shop', name: 'web' },
    kind: 'Deployment',
    apiVersion: 'apps/v1',
  };
  expect(toYaml(object)).toBe(`apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: shop
  labels:
    a: x
    b: "1"
data:
  emoji: "done \\U0001F600"
  indented: |2
      a
    b
  json: '{"a": "b"}'
  no-newline: |-
    a
    b
  run.sh: |
    #!/bin/sh
    set -e

    exec "$@"
  switch: "yes"
  two-newlines: |+
    a

  windows: "a\\r\\nb\\r\\n"
spec:
  empty: {}
  matrix:
  - - 1
    - 2
  - []
  - - a: 2
      b: 1
  none: []
  nothing: null
  replicas: 3
  template:
    spec:
      containers:
      - name: web
        image: nginx:1.25
        args:
        - --port=80
        - -v
status: {}
`);
});

test('the order in which code sets keys changes no byte', () => {
  const reversed = (tree: unknown): unknown => {
    if (Array.isArray(tree)) return tree.map(reversed);
    if (tree === null || typeof tree !== 'object') return tree;
    return ownKeys(
      Object.entries(tree)
        .reverse()
        .map(([key, value]) => [key, reversed(value)]),
    );
  };
  fc.assert(fc.property(anyTree, (tree) => toYaml(reversed(tree)) === toYaml(tree)));
});

test.each([
  [1e21, '1.0e+21'],
  [1.5e-7, '1.5e-7'],
  [-0, '0'],
  [0.1, '0.1'],
  [2 ** 64, '18446744073709552000'],
])('the number %s is written as %s', (value, text) => {
  expect(toYaml({ value })).toBe(`value: ${text}\n`);
});

test('what is undefined leaves no trace, in mappings and lists', () => {
  expect(toYaml({ a: undefined, b: [1, undefined, 2], c: { d: undefined }, e: [undefined] })).toBe(
    'b:\n- 1\n- 2\nc: {}\ne: []\n',
  );
});

describe('comments', () => {
  test('are asked for with every string and where it stands', () => {
    const seen: string[] = [];
    const object = { a: [{ b: 'x' }, 'y', 1], c: { d: true }, 'e.f': 'z' };
    toYaml(object, {
      comment: (value, path) => {
        seen.push(`${path.join('/')}=${value}`);
        return undefined;
      },
    });
    expect(seen).toEqual(['a/0/b=x', 'a/1=y', 'e.f=z']);
  });

  test('stand behind their line, and no parser sees them', () => {
    const text = toYaml(
      { image: 'a:1', tag: '1', script: 'a\nb:\n', list: ['a:1'] },
      { comment: () => ' # {"$imagepolicy": "ns:a"}' },
    );
    expect(text).toBe(
      [
        'image: a:1 # {"$imagepolicy": "ns:a"}',
        'list:',
        '- a:1 # {"$imagepolicy": "ns:a"}',
        'script: "a\\nb:\\n" # {"$imagepolicy": "ns:a"}',
        'tag: "1" # {"$imagepolicy": "ns:a"}',
        '',
      ].join('\n'),
    );
  });
});

describe('lists stand as kyaml will guess from the text', () => {
  test('two columns in, when a script shows such a list first', () => {
    const object = { data: { 'a.yaml': 'list:\n  - a\n' }, items: ['b'] };
    expect(toYaml(object)).toBe('data:\n  a.yaml: |\n    list:\n      - a\nitems:\n  - b\n');
  });

  test('on one line, when a key hides its list', () => {
    const object = { 'a:b': [{ c: ['d', { e: 1 }], name: undefined }] };
    expect(toYaml(object)).toBe('a:b: [{"c": ["d", {"e": 1}]}]\n');
  });
});

test.each([
  ['NaN', { a: Number.NaN }, 'YAML for Kubernetes has no NaN'],
  ['Infinity', { a: [Number.NEGATIVE_INFINITY] }, 'YAML for Kubernetes has no -Infinity'],
  ['a function', { a: () => 1 }, 'cannot write a function as YAML'],
  ['a bigint', { a: 1n }, 'cannot write a bigint as YAML'],
  ['a date', { a: new Date(0) }, 'cannot write Date as YAML'],
  ['a map', { a: new Map([['b', 1]]) }, 'cannot write Map as YAML'],
  ['half an emoji', { a: '\ud83d' }, 'half a surrogate pair cannot be written as YAML: "\\ud83d"'],
])('fails on %s', (_, value, message) => {
  expect(() => toYaml(value)).toThrow(message);
});
