import { expect, test } from 'vitest';
import type { KustomizationSpec } from '#imports/kustomize.toolkit.fluxcd.io.ts';
import type { KubeObject, Model } from '../../src/core/model.ts';
import { fluxEntries } from '../../src/gitops/flux.ts';
import { layerOrder } from '../../src/gitops/order.ts';
import { Redis } from '../../src/services/redis.ts';
import { WebApp } from '../../src/services/web-app.ts';
import { modelOf, modelOfAll, type SynthOptions, schemas } from '../synth.ts';

const GIT = { git: { url: 'ssh://git@example.com/shop', branch: 'main' } } as const;

function flux(build: Parameters<typeof modelOf>[0], options: SynthOptions = { cluster: GIT }) {
  const model = modelOf(build, options);
  const objects = fluxEntries(model, layerOrder(model)).map(({ object }) => object);
  return { model, objects };
}

function specOf(objects: readonly KubeObject[], name: string): KustomizationSpec {
  const found = objects.find(
    ({ kind, metadata }) => kind === 'Kustomization' && metadata.name === name,
  );
  return found?.['spec'] as KustomizationSpec;
}

const shop =
  (more: Partial<ConstructorParameters<typeof WebApp>[2]> = {}) =>
  (scope: ConstructorParameters<typeof WebApp>[0]) =>
    void new WebApp(scope, 'shop', { image: 'shop', port: 8000, ...more });

test('a cluster without a repository starts no Flux', () => {
  expect(flux(shop(), {}).objects).toEqual([]);
});

test('Flux leaves the number of pods to the autoscaler, and to nobody else', () => {
  const scaled = flux(shop({ scale: { min: 2, max: 4 } })).objects;
  expect(specOf(scaled, 'test-prod-apps').ignore).toEqual([
    { paths: ['/spec/replicas'], target: { kind: 'Deployment', name: 'shop' } },
  ]);
  expect(specOf(flux(shop({ replicas: 3 })).objects, 'test-prod-apps').ignore).toBeUndefined();
});

test('a step waits for the same revision, a namespace only for its first day', () => {
  const { objects } = flux(shop({ migrate: {}, smokeTest: {} }));
  const waits = (layer: string) =>
    specOf(objects, `test-prod-${layer}`).dependsOn?.map(({ name, readyExpr }) => [
      name,
      readyExpr !== undefined,
    ]);
  expect(waits('namespace')).toBeUndefined();
  expect(waits('apps-before')).toEqual([['test-prod-namespace', true]]);
  expect(waits('apps')).toEqual([
    ['test-prod-apps-before', false],
    ['test-prod-namespace', true],
  ]);
  expect(waits('apps-after')).toEqual([
    ['test-prod-apps', false],
    ['test-prod-namespace', true],
  ]);
});

test('operators and the store of secrets come before all else, in what is shared as well', () => {
  const model = modelOfAll(
    (env) => {
      const cache = new Redis(env.layer('data'), 'cache', { memory: '128Mi' });
      const uses = { CACHE: cache.keys('*').read };
      new WebApp(env.layer('apps'), 'shop', { image: 'shop', port: 8000, uses });
    },
    {
      cluster: GIT,
      environment: {
        secrets: { backend: 'external-secrets', store: { aws: { region: 'eu-west-1' } } },
      },
    },
  );
  const objects = fluxEntries(model, layerOrder(model)).map(({ object }) => object);
  const waits = (layer: string) =>
    specOf(objects, `test-${layer}`).dependsOn?.map(({ name }) => name.slice('test-'.length));
  expect(waits('shared-operators')).toEqual(['prod-namespace', 'shared-namespace']);
  expect(waits('prod-secret-store')).toEqual(['prod-namespace', 'shared-operators']);
  expect(waits('prod-data')).toEqual(['prod-namespace', 'shared-operators', 'prod-secret-store']);
});

test('every layer that has files is applied from its own folder', () => {
  const { model, objects } = flux((scope) => void new Redis(scope, 'cache', { memory: '128Mi' }));
  const folders = new Set(
    (model as Model).entries.map(({ origin }) => `${origin.environment}/${origin.layer}`),
  );
  const paths = objects.flatMap(({ spec }) => {
    const { path, wait } = spec as Partial<KustomizationSpec>;
    return path !== undefined && wait ? path : [];
  });
  expect(paths).toEqual([...folders].sort().map((folder) => `./dist/test/test/${folder}`));
});

test('a layer takes nothing away; one for the whole environment does, when all layers run the same revision', () => {
  const { objects } = flux((scope) => void new Redis(scope, 'cache', { memory: '128Mi' }));
  const label = { 'kustomize.toolkit.fluxcd.io/name': 'test-prod-prune' };
  for (const layer of ['namespace', 'apps']) {
    const { commonMetadata, prune } = specOf(objects, `test-prod-${layer}`);
    expect({ commonMetadata, prune }).toEqual({ commonMetadata: { labels: label }, prune: false });
  }
  expect(specOf(objects, 'test-prod-prune')).toMatchObject({
    path: './dist/test/test/prod',
    prune: true,
    commonMetadata: { annotations: { 'kustomize.toolkit.fluxcd.io/ssa': 'IfNotPresent' } },
    dependsOn: [{ name: 'test-prod-apps' }, { name: 'test-prod-namespace' }],
  });
});

test('the folder that starts Flux is followed itself, so that layers come and environments go with Git', () => {
  const { objects } = flux(shop());
  expect(specOf(objects, 'test')).toMatchObject({ path: './dist/test/test/flux', prune: true });
  expect(specOf(objects, 'test')).not.toHaveProperty('dependsOn');
});

test('what all environments share is taken away after the clients of every environment', () => {
  const { objects } = flux(shop({ metrics: { path: '/metrics' } }), {
    cluster: GIT,
    environment: { metrics: 'prometheus' },
  });
  const waits = specOf(objects, 'test-shared-prune').dependsOn?.map(({ name }) => name);
  expect(waits).toEqual(
    expect.arrayContaining(['test-prod-apps', 'test-prod-namespace', 'test-shared-operators']),
  );
});

test('what waits for what never goes in a circle', () => {
  const { objects } = flux(shop({ migrate: {}, smokeTest: {} }));
  const done = new Set<string>();
  const names = objects
    .filter(({ kind }) => kind === 'Kustomization')
    .map(({ metadata }) => metadata.name);
  for (let round = 0; round < names.length; round++) {
    for (const name of names) {
      const waits = specOf(objects, name).dependsOn ?? [];
      if (waits.every((wait) => done.has(wait.name))) done.add(name);
    }
  }
  expect([...done].sort()).toEqual([...names].sort());
});

test('the kinds are those that Flux serves', () => {
  for (const { apiVersion, kind } of flux(shop()).objects) {
    expect(schemas.find(apiVersion, kind), `${apiVersion}/${kind}`).toBeDefined();
  }
});
