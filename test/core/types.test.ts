import { expect, expectTypeOf, test } from 'vitest';
import { definePlatform, type Platform } from '../../src/core/platform.ts';
import { Redis } from '../../src/services/redis.ts';
import { WebApp } from '../../src/services/web-app.ts';

/** Nothing in here runs: `tsc` refuses this file when a refusal no longer refuses. */
function refusedByTheCompiler(): Platform[] {
  const clusters = { one: { provider: 'aws', kubernetes: '1.34' } } as const;
  const at = { cluster: 'one', tier: 'review', domain: 'example.com' } as const;
  const compose = () => {};
  const name = 'test';
  return [
    definePlatform({
      name,
      clusters,
      // @ts-expect-error an unknown cluster
      environments: { prod: { ...at, cluster: 'tow', settings: {} } },
      compose,
    }),
    definePlatform({
      name,
      clusters,
      // @ts-expect-error settings are missing
      environments: { prod: { ...at } },
      compose,
    }),
    definePlatform({
      name,
      clusters,
      environments: {
        prod: {
          ...at,
          settings: {},
          // @ts-expect-error a key that nobody knows
          disk: '20Gi',
        },
      },
      compose,
    }),
    definePlatform({
      name,
      // @ts-expect-error a provider that nobody knows
      clusters: { one: { provider: 'azure', kubernetes: '1.34' } },
      environments: { prod: { ...at, settings: {} } },
      compose,
    }),
    definePlatform({
      name,
      clusters,
      // @ts-expect-error a tier that nobody knows
      environments: { prod: { ...at, tier: 'gold', settings: {} } },
      compose,
    }),
    definePlatform({
      name,
      clusters,
      environments: { prod: { ...at, settings: { disk: '20Gi' } } },
      compose(env) {
        // @ts-expect-error an unknown setting
        void env.settings.dsik;
        // @ts-expect-error nothing is shared here
        void env.shared.edge;
        const cache = new Redis(env.layer('data'), 'cache', { memory: env.settings.disk });
        // @ts-expect-error a wrong unit
        new Redis(env.layer('data'), 'b', { memory: '20GB' });
        // @ts-expect-error a service is no access
        new WebApp(env.layer('apps'), 'shop', { image: 'a', port: 1, uses: { CACHE: cache } });
        // @ts-expect-error a prop that nobody knows
        new WebApp(env.layer('apps'), 'shop', { image: 'a', port: 1, replica: 3 });
        // @ts-expect-error a version without an image
        new Redis(env.layer('data'), 'c', { memory: '1Gi', version: '6.0.0' });
      },
    }),
  ];
}

test('what the types refuse does not compile', () => {
  expect(refusedByTheCompiler).toBeTypeOf('function');
});

test('settings follow from the name of the environment', () => {
  const seen: (string | number)[] = [];
  const platform = definePlatform({
    name: 'test',
    clusters: { one: { provider: 'aws', kubernetes: '1.34' } },
    environments: {
      staging: { cluster: 'one', tier: 'review', domain: 'a.b', settings: { disk: '1Gi' } },
      prod: { cluster: 'one', tier: 'review', domain: 'a.b', settings: { disks: 3 } },
    },
    composeCluster: () => ({ zone: 'a' as const }),
    compose(env) {
      expectTypeOf(env.name).toEqualTypeOf<'staging' | 'prod'>();
      expectTypeOf(env.cluster.name).toEqualTypeOf<'one'>();
      expectTypeOf(env.shared.zone).toEqualTypeOf<'a'>();
      if (env.name === 'prod') {
        expectTypeOf(env.settings).toEqualTypeOf<{ readonly disks: 3 }>();
        seen.push(env.settings.disks);
      } else {
        expectTypeOf(env.settings).toEqualTypeOf<{ readonly disk: '1Gi' }>();
        seen.push(env.settings.disk);
      }
    },
  });
  platform.compose('one', {});
  expect(seen).toEqual(['1Gi', 3]);
});
