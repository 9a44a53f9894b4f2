import { ApiObject } from 'cdk8s';
import { expect, test } from 'vitest';
import type { Tier } from '../../src/core/tier.ts';
import { Postgres } from '../../src/services/postgres.ts';
import { modelOf, objectOf } from '../synth.ts';

const PRUNE = 'kustomize.toolkit.fluxcd.io/prune';

function annotationsOf(kind: string, name: string, tier: Tier, retire = false) {
  const model = modelOf(
    (scope) => {
      new Postgres(scope, 'db', { databases: ['shop'], retire });
      new ApiObject(scope, 'claim', {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        metadata: { name: 'files', annotations: { [PRUNE]: 'enabled' } },
      });
    },
    { environment: { tier } },
  );
  return objectOf(model, kind, name).metadata.annotations;
}

test.each(['production', 'preproduction'] as const)(
  'in %s a database outlives its file in Git, for its volumes go with it',
  (tier) => {
    expect(annotationsOf('Cluster', 'db', tier)).toMatchObject({ [PRUNE]: 'disabled' });
    expect(annotationsOf('Database', 'db-shop', tier)).toMatchObject({ [PRUNE]: 'disabled' });
  },
);

test('in review everything goes', () => {
  expect(annotationsOf('Cluster', 'db', 'review')?.[PRUNE]).toBeUndefined();
});

test('what is retired may go', () => {
  expect(annotationsOf('Cluster', 'db', 'production', true)?.[PRUNE]).toBeUndefined();
});

test('what the user wrote stays', () => {
  expect(annotationsOf('PersistentVolumeClaim', 'files', 'production')?.[PRUNE]).toBe('enabled');
});

test('what can be made again goes with its file', () => {
  expect(annotationsOf('DatabaseRole', 'db-owner-of-shop', 'production')?.[PRUNE]).toBeUndefined();
});
