import { ApiObject } from 'cdk8s';
import { expect, test } from 'vitest';
import { needs, type Operator } from '../../src/core/operator.ts';
import { definePlatform } from '../../src/core/platform.ts';
import { CLUSTER, finished, listed } from '../synth.ts';
import { Ledger } from './invented.ts';

function operator(name: string, after: readonly Operator[] = []): Operator {
  return {
    name,
    after,
    emit(layer, users) {
      const namespaces = users.map(({ namespace }) => namespace).join(',');
      new ApiObject(layer, name, {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name },
        data: { namespaces },
      });
    },
  };
}

const certificates = operator('certificates');
const ledgers = operator('ledgers', [certificates]);

function fleet(operators?: 'present') {
  const review = { tier: 'review', domain: 'example.com', settings: undefined } as const;
  return definePlatform({
    name: 'test',
    clusters: { one: { ...CLUSTER, ...(operators && { operators }) }, two: CLUSTER },
    environments: {
      staging: { cluster: 'one', ...review },
      qa: { cluster: 'one', ...review },
      prod: { cluster: 'two', ...review },
    },
    compose(env) {
      for (const name of env.name === 'prod' ? [] : ['a', 'b']) {
        const ledger = new Ledger(env.layer('data'), name);
        needs(ledger, ledgers);
        needs(ledger, ledgers);
      }
    },
  });
}

const operatorsOf = (model: ReturnType<typeof finished>) =>
  model.entries.filter(({ origin }) => origin.layer === 'operators').map(({ object }) => object);

test('each cluster gets each operator once, knowing every namespace that needs it', () => {
  const found = operatorsOf(finished(fleet(), 'one'));
  expect(found.map(({ metadata, data }) => [metadata.name, data])).toEqual([
    ['certificates', { namespaces: 'test-qa,test-staging' }],
    ['ledgers', { namespaces: 'test-qa,test-staging' }],
  ]);
});

test('operators stand in the reserved environment, in its own namespace', () => {
  const [first] = finished(fleet(), 'one').entries.filter(
    ({ origin }) => origin.layer === 'operators',
  );
  expect(first?.origin).toMatchObject({ environment: 'shared', layer: 'operators' });
  expect(first?.object.metadata.namespace).toBe('test-shared');
});

test('a cluster that needs none gets none', () => {
  expect(operatorsOf(finished(fleet(), 'two'))).toEqual([]);
});

test('operators that are present already are left out, and the services stay', () => {
  const model = finished(fleet('present'), 'one');
  expect(operatorsOf(model)).toEqual([]);
  expect(listed(model).filter((line) => line.includes('ConfigMap'))).toHaveLength(4);
});

test('needing one twice is needing it once', () => {
  const model = finished(fleet(), 'one');
  expect(model.needs.map(({ operator: name, origin }) => [name, origin.service])).toEqual([
    ['ledgers', 'a'],
    ['ledgers', 'b'],
    ['ledgers', 'a'],
    ['ledgers', 'b'],
  ]);
});
