import { expect, test } from 'vitest';
import { healthChecks } from '../../src/gitops/health.ts';

const currentOf = (apiVersion: string, kind: string) =>
  healthChecks([{ apiVersion, kind }])[0]?.current;

test.each([
  [
    'Cluster',
    "status.phase == 'Cluster in healthy state' && status.readyInstances == spec.instances",
  ],
  ['Database', 'status.applied == true'],
  ['DatabaseRole', 'status.applied == true'],
  ['Pooler', "status.phase == 'active'"],
])('a %s of CloudNativePG is there when its operator says so', (kind, current) => {
  expect(currentOf('postgresql.cnpg.io/v1', kind)).toBe(current);
});

test('of what tells nothing of itself nothing is asked: it would be waited for until the time is up', () => {
  for (const kind of ['ScheduledBackup', 'ImageCatalog']) {
    expect(currentOf('postgresql.cnpg.io/v1', kind)).toBeUndefined();
  }
  expect(currentOf('barmancloud.cnpg.io/v1', 'ObjectStore')).toBeUndefined();
});

test('each kind of a layer is named once, in order', () => {
  const kinds = ['Pooler', 'Database', 'Pooler'].map((kind) => ({
    apiVersion: 'postgresql.cnpg.io/v1',
    kind,
  }));
  expect(healthChecks(kinds).map(({ kind }) => kind)).toEqual(['Database', 'Pooler']);
});
