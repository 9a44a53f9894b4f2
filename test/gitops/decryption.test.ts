import { expect, test } from 'vitest';
import type { KustomizationSpec } from '#imports/kustomize.toolkit.fluxcd.io.ts';
import type { Entry, Model } from '../../src/core/model.ts';
import { fluxEntries } from '../../src/gitops/flux.ts';
import { layerOrder } from '../../src/gitops/order.ts';
import { Redis } from '../../src/services/redis.ts';
import { Worker } from '../../src/services/worker.ts';
import { modelOfAll } from '../synth.ts';

test('Flux is given the age key where it reads encrypted Secrets, and nowhere else', () => {
  const model = modelOfAll(
    (env) => {
      const cache = new Redis(env.layer('data'), 'cache', { memory: '64Mi' });
      const uses = { CACHE: cache.keys('*').readWrite };
      new Worker(env.layer('apps'), 'mailer', { image: 'shop', uses });
    },
    { cluster: { git: { url: 'ssh://git@example.com/shop.git', branch: 'main' } } },
  );
  const origin = model.secrets[0]?.origin as Entry['origin'];
  const metadata = { name: 'cache-auth', namespace: 'test-prod' };
  const sealed: Entry = {
    origin,
    object: { apiVersion: 'v1', kind: 'Secret', metadata },
    text: '',
  };
  const decrypting = (of: Model) =>
    fluxEntries(of, layerOrder(of)).flatMap(({ object }) => {
      const { decryption } = object['spec'] as KustomizationSpec;
      return decryption ? [[object.metadata.name, decryption]] : [];
    });
  expect(decrypting(model)).toEqual([]);
  expect(decrypting({ ...model, entries: [...model.entries, sealed] })).toEqual([
    ['test-prod-data', { provider: 'sops', secretRef: { name: 'sops-age' } }],
    ['test-prod-prune', { provider: 'sops', secretRef: { name: 'sops-age' } }],
  ]);
});
