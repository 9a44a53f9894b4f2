import { ApiObject, App, Chart, JsonPatch, Lazy } from 'cdk8s';
import { expect, test } from 'vitest';
import { plainObject } from '../../src/core/plain-object.ts';

const DEPLOYMENT = { apiVersion: 'apps/v1', kind: 'Deployment' };

function object(props: Record<string, unknown>): ApiObject {
  const chart = new Chart(new App(), 'chart', { namespace: 'prod', labels: { team: 'a' } });
  return new ApiObject(chart, 'web', { ...DEPLOYMENT, ...props });
}

test.each([
  ['plain data', { spec: { replicas: 2, list: ['a', { b: true }], empty: {}, none: [] } }],
  ['metadata', { metadata: { name: 'web', labels: { x: '1' }, annotations: {}, finalizers: [] } }],
  ['what was left open', { spec: { a: undefined, b: null, c: [undefined, { d: null }] } }],
  ['a lazy value', { spec: { users: Lazy.any({ produce: () => ['x'] }) } }],
  ['a value that resolves itself', { spec: { when: { resolve: () => 'later' } } }],
  [
    'an instance of a union class',
    {
      spec: {
        port: new (class Port {
          value = 80;
        })(),
      },
    },
  ],
])('%s comes out as from cdk8s', (_, props) => {
  const resolve = (): unknown => object(props).toJson();
  const expected = outcomeOf(resolve);
  expect(outcomeOf(() => plainObject(object(props)))).toEqual(expected);
});

function outcomeOf(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return (error as Error).message;
  }
}

test('a patch is applied', () => {
  const patched = object({ spec: { replicas: 2 } });
  patched.addJsonPatch(JsonPatch.replace('/spec/replicas', 3));
  expect(plainObject(patched)).toEqual(patched.toJson());
  expect(plainObject(patched)['spec']).toEqual({ replicas: 3 });
});

test('metadata that was added later is there', () => {
  const labelled = object({ spec: {} });
  labelled.metadata.addLabel('late', 'yes');
  expect(plainObject(labelled)).toEqual(labelled.toJson());
  expect(plainObject(labelled).metadata.labels).toEqual({ team: 'a', late: 'yes' });
});

test('a class with a toJson of its own, as `cdk8s import` makes them, is asked', () => {
  class Own extends ApiObject {
    override toJson(): unknown {
      return { ...super.toJson(), own: true };
    }
  }
  const own = new Own(new Chart(new App(), 'chart'), 'own', { ...DEPLOYMENT, spec: {} });
  expect(plainObject(own)['own']).toBe(true);
});
