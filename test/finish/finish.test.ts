import { expect, test } from 'vitest';
import type { Entry, KubeObject } from '../../src/core/model.ts';
import { withLabels } from '../../src/finish/labels.ts';
import { withNamespace } from '../../src/finish/namespace.ts';
import { inOrder } from '../../src/finish/order.ts';

const origin: Entry['origin'] = {
  environment: 'prod',
  layer: 'apps',
  service: 'shop',
  namespace: 'test-prod',
  podSecurity: { level: 'restricted' },
  labels: { 'app.kubernetes.io/name': 'shop', 'app.kubernetes.io/instance': 'shop' },
  path: 'prod/apps/shop',
};

function entry(
  metadata: KubeObject['metadata'],
  kind = 'Widget',
  at: Partial<Entry['origin']> = {},
): Entry {
  return { origin: { ...origin, ...at }, object: { apiVersion: 'example.com/v1', kind, metadata } };
}

const scopeOf = (_: string, kind: string) =>
  kind === 'Realm' ? 'Cluster' : kind === 'Widget' ? 'Namespaced' : undefined;

test.each([
  ['a namespaced kind gets the namespace', entry({ name: 'w' }), 'test-prod'],
  ['an unknown kind gets it too', entry({ name: 'w' }, 'Other'), 'test-prod'],
  ['what the user wrote stays', entry({ name: 'w', namespace: 'mine' }), 'mine'],
  ['a kind of the cluster has none', entry({ name: 'w' }, 'Realm'), undefined],
  [
    'a kind of the cluster loses what cdk8s gave it',
    entry({ name: 'w', namespace: 'x' }, 'Realm'),
    undefined,
  ],
  [
    'outside an environment nobody adds one',
    entry({ name: 'w' }, 'Widget', { namespace: undefined }),
    undefined,
  ],
])('%s', (_, given, namespace) => {
  const { metadata } = withNamespace(given, scopeOf).object;
  expect(metadata.namespace).toBe(namespace);
  expect('namespace' in metadata).toBe(namespace !== undefined);
});

test('the recommended labels are added, and what the user wrote wins', () => {
  const given = entry({ name: 'w', labels: { 'app.kubernetes.io/part-of': 'mine', team: 'web' } });
  expect(withLabels(given, 'test').object.metadata.labels).toEqual({
    'app.kubernetes.io/name': 'shop',
    'app.kubernetes.io/instance': 'shop',
    'app.kubernetes.io/part-of': 'mine',
    'app.kubernetes.io/managed-by': 'keelson',
    team: 'web',
  });
});

test('finishing changes metadata and nothing else, and not in place', () => {
  const given: Entry = {
    ...entry({ name: 'w' }),
    object: { ...entry({ name: 'w' }).object, spec: { a: 1 } },
  };
  const before = structuredClone(given);
  const { object } = withLabels(withNamespace(given, scopeOf), 'test');
  expect(given).toEqual(before);
  expect({ ...object, metadata: undefined }).toEqual({ ...given.object, metadata: undefined });
});

test('the order follows from where things are written, never from the code', () => {
  const entries = [
    entry({ name: 'b' }),
    entry({ name: 'a' }),
    entry({ name: 'a' }, 'Gadget'),
    entry({ name: 'z' }, 'Widget', { layer: 'apps-before' }),
    entry({ name: 'z' }, 'Widget', { service: 'cart' }),
    entry({ name: 'z' }, 'Widget', { environment: 'dev' }),
  ];
  const told = (all: readonly Entry[]) =>
    inOrder(all).map(({ object, origin: at }) =>
      [at.environment, at.layer, at.service, object.kind, object.metadata.name].join(' '),
    );
  const expected = [
    'dev apps shop Widget z',
    'prod apps cart Widget z',
    'prod apps shop Gadget a',
    'prod apps shop Widget a',
    'prod apps shop Widget b',
    'prod apps-before shop Widget z',
  ];
  expect(told(entries)).toEqual(expected);
  expect(told([...entries].reverse())).toEqual(expected);
});
