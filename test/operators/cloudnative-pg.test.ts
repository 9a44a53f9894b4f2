import { expect, test } from 'vitest';
import { needs } from '../../src/core/operator.ts';
import { barmanCloud } from '../../src/operators/barman-cloud.ts';
import { listed, modelOf, objectOf, type SynthOptions, synth } from '../synth.ts';

test.each([
  ['defaults', {}],
  ['defaults-review', { environment: { tier: 'review' } }],
] as const satisfies [string, SynthOptions][])('golden: %s', async (golden, options) => {
  const yaml = synth((scope) => needs(scope, barmanCloud), options);
  await expect(yaml).toMatchFileSnapshot(`../golden/operator-cloudnative-pg/${golden}.yaml`);
});

test('the plugin brings the operator it works for, and who makes their certificates', () => {
  const model = modelOf((scope) => needs(scope, barmanCloud));
  expect(listed(model).filter((line) => line.includes('HelmRelease'))).toEqual([
    'operators: HelmRelease barman-cloud',
    'operators: HelmRelease cert-manager',
    'operators: HelmRelease cloudnative-pg',
  ]);
  const namespaceOf = (name: string) =>
    (objectOf(model, 'HelmRelease', name)['spec'] as { targetNamespace: string }).targetNamespace;
  expect(namespaceOf('barman-cloud')).toBe('cnpg-system');
  expect(namespaceOf('cloudnative-pg')).toBe('cnpg-system');
});
