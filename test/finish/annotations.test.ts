import { ApiObject } from 'cdk8s';
import { expect, test } from 'vitest';
import { synth } from '../synth.ts';

test.each([
  [{}, undefined],
  [{ team: 'shop' }, '  annotations:\n    team: shop\n'],
])('annotations %j are written only when they hold something', (annotations, expected) => {
  const yaml = synth((scope) => {
    const metadata = { name: 'x', annotations };
    new ApiObject(scope, 'x', { apiVersion: 'v1', kind: 'ConfigMap', metadata });
  });
  if (expected === undefined) expect(yaml).not.toContain('annotations');
  else expect(yaml).toContain(expected);
});
