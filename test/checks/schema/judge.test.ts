import { type Schema, Validator } from '@cfworker/json-schema';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { validate } from '../../../src/checks/schema/validate.ts';
import type { JsonSchema, KindSchema } from '../../../src/core/schema.ts';
import { schemasOf } from '../judge.ts';
import { committedObjects, sampleOf } from './samples.ts';

/*
 * The judge is @cfworker/json-schema, which shares no line with our validator. Both get the same
 * schemas, without what JSON Schema has no words for: those keywords have tests of their own.
 */

const OURS_ALONE = new Set(['byte', 'int32', 'int64']);

function withoutOurs(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutOurs);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(
    ([key, each]) =>
      !(key === 'format' && OURS_ALONE.has(String(each))) &&
      !(key === 'pattern' && String(each).includes('(?i)')) &&
      !key.startsWith('x-kubernetes-list-'),
  );
  return Object.fromEntries(kept.map(([key, each]) => [key, withoutOurs(each)]));
}

interface Both {
  readonly ours: (object: unknown) => boolean;
  readonly judge: (object: unknown) => boolean;
}

function bothFor({ root, schema }: KindSchema): Both {
  const whole = withoutOurs({ ...schema, definitions: root.definitions ?? {} }) as JsonSchema;
  const validator = new Validator(whole as Schema, '7');
  return {
    ours: (object) => validate({ schema: whole, root: whole }, object).length === 0,
    judge: (object) => validator.validate(object).valid,
  };
}

const schemas = schemasOf('1.34');

test('both accept what the repository holds', () => {
  const objects = committedObjects();
  expect(objects.length).toBeGreaterThan(50);
  for (const object of objects) {
    const kind = schemas.find(object.apiVersion, object.kind);
    // kustomization.yaml is no object of a cluster; what SOPS has added, Flux takes off again.
    if (!kind || 'sops' in object) continue;
    expect(validate(kind, object)).toEqual([]);
    expect(bothFor(kind).judge(object)).toBe(true);
  }
});

const odd = fc.oneof(
  fc.constantFrom<unknown>(null, true, 0, -1, 1.5, 70_000, '', 'a', 'A b', '1', '2006-01-02'),
  fc.constantFrom<unknown>([], {}, [[]], [null], { a: 1 }, { name: 'a' }, ['a', 'a']),
);

/** Changes one place of an object: another value there, nothing, or a field that nobody knows. */
function changed(object: unknown, at: readonly number[], value: unknown, how: number): unknown {
  if (typeof object !== 'object' || object === null || at.length === 0) return value;
  const keys = Object.keys(object);
  if (keys.length === 0) return value;
  const [first = 0, ...rest] = at;
  const key = keys[first % keys.length] as keyof typeof object;
  const copy = (Array.isArray(object) ? [...object] : { ...object }) as Record<string, unknown>;
  if (rest.length > 0) copy[key] = changed(object[key], rest, value, how);
  else if (how === 0) copy[key] = value;
  else if (Array.isArray(object)) return [...object, value];
  else if (how === 1) delete copy[key];
  else copy[`${key}s`] = value;
  return copy;
}

const change = fc.record({
  at: fc.array(fc.nat(40), { minLength: 1, maxLength: 10 }),
  value: odd,
  how: fc.nat(2),
});

const kinds = schemas.kinds();

test.each([0, 1, 2, 3])('both agree on changed objects of every kind, part %s of 4', (part) => {
  const verdicts = { right: 0, wrong: 0 };
  for (const kind of kinds.filter((_, i) => i % 4 === part)) {
    const { judge, ours } = bothFor(kind);
    const whole = sampleOf(kind);
    const small = { apiVersion: kind.apiVersion, kind: kind.kind, metadata: { name: 'a' } };
    const compare = (object: unknown): void => {
      const verdict = judge(object);
      verdicts[verdict ? 'right' : 'wrong']++;
      expect(ours(object), JSON.stringify(object).slice(0, 2000)).toBe(verdict);
    };
    fc.assert(
      fc.property(change, fc.boolean(), ({ at, how, value }, big) => {
        compare(changed(big ? whole : small, at, value, how));
      }),
      { numRuns: 40, seed: 4 },
    );
  }
  expect(verdicts.wrong).toBeGreaterThan(100);
});

const nodes = committedObjects().filter(({ apiVersion, kind }) => schemas.find(apiVersion, kind));

test('both agree on changes of what the repository holds', () => {
  const verdicts = { right: 0, wrong: 0 };
  const known = new Map<KindSchema, Both>();
  fc.assert(
    fc.property(fc.constantFrom(...nodes), change, (object, { at, how, value }) => {
      const kind = schemas.find(object.apiVersion, object.kind);
      if (!kind) return;
      const both = known.get(kind) ?? bothFor(kind);
      known.set(kind, both);
      const other = changed(object, at, value, how);
      const verdict = both.judge(other);
      verdicts[verdict ? 'right' : 'wrong']++;
      expect(both.ours(other), JSON.stringify(other).slice(0, 2000)).toBe(verdict);
    }),
    { numRuns: 2000, seed: 4 },
  );
  expect(verdicts.right).toBeGreaterThan(100);
  expect(verdicts.wrong).toBeGreaterThan(500);
});
