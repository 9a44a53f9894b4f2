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
