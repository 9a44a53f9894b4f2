import { expect, test } from 'vitest';
import { imagesIn } from '../../src/checks/image-strings.ts';
import { needs, type Operator } from '../../src/core/operator.ts';
import { barmanCloud } from '../../src/operators/barman-cloud.ts';
import { certManager } from '../../src/operators/cert-manager.ts';
import { cloudnativePg } from '../../src/operators/cloudnative-pg.ts';
import { externalSecrets } from '../../src/operators/external-secrets.ts';
import { prometheusOperator } from '../../src/operators/prometheus-operator.ts';
import { sealedSecrets } from '../../src/operators/sealed-secrets.ts';
import { traefikCrds } from '../../src/operators/traefik-crds.ts';
import { modelOf, objectOf, type SynthOptions } from '../synth.ts';

const release = (operator: Operator, options?: SynthOptions) =>
  objectOf(
    modelOf((scope) => needs(scope, operator), options),
    'HelmRelease',
    operator.name,
  );

/** Every image that a chart runs or hands on: the check cannot know which ones those are. */
test.each([
  [
    certManager,
    [
      'quay.io/jetstack/cert-manager-controller',
      'quay.io/jetstack/cert-manager-webhook',
      'quay.io/jetstack/cert-manager-cainjector',
      'quay.io/jetstack/cert-manager-acmesolver',
      'quay.io/jetstack/cert-manager-startupapicheck',
    ],
  ],
  [cloudnativePg, ['ghcr.io/cloudnative-pg/cloudnative-pg']],
  [
    barmanCloud,
    [
      'ghcr.io/cloudnative-pg/plugin-barman-cloud',
      'ghcr.io/cloudnative-pg/plugin-barman-cloud-sidecar',
    ],
  ],
  [
    externalSecrets,
    [
      'ghcr.io/external-secrets/external-secrets',
      'ghcr.io/external-secrets/external-secrets',
      'ghcr.io/external-secrets/external-secrets',
    ],
  ],
  [
    prometheusOperator,
    [
      'quay.io/prometheus-operator/prometheus-operator',
      'quay.io/prometheus-operator/prometheus-config-reloader',
      'ghcr.io/jkroepke/kube-webhook-certgen',
      'quay.io/thanos/thanos',
    ],
  ],
  [sealedSecrets, ['docker.io/bitnami/sealed-secrets-controller']],
  [traefikCrds, ['docker.io/library/traefik']],
])('the chart of %# pulls each image from the mirror', (operator, images) => {
  const found = imagesIn(release(operator, { cluster: { registryMirror: 'm.io/all' } }));
  expect(found.map(({ image }) => image).sort()).toEqual(
    images.map((image) => `m.io/all/${image}`).sort(),
  );
});

test('without a mirror a chart is told nothing of images', () => {
  expect(imagesIn(release(certManager))).toEqual([]);
});

test('what a chart is told besides stays', () => {
  const { spec } = release(certManager, { cluster: { registryMirror: 'm.io' } });
  expect(spec).toMatchObject({
    values: {
      crds: { enabled: true },
      webhook: {
        replicaCount: 2,
        image: { repository: 'm.io/quay.io/jetstack/cert-manager-webhook' },
      },
    },
  });
});
