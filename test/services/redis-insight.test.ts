import { expect, test } from 'vitest';
import type * as k8s from '#imports/k8s.ts';
import { Redis } from '../../src/services/redis.ts';
import { RedisInsight, type RedisInsightProps } from '../../src/services/redis-insight.ts';
import { listed, modelOf, objectOf, specOf, synth } from '../synth.ts';

type Props = Omit<RedisInsightProps, 'shows'>;

const everyProp: Required<Props> = {
  storage: '2Gi',
  resources: { cpu: '100m', memory: '1Gi' },
  version: '1.14.0',
  renamedFrom: 'redis-page',
  retire: true,
};

const build = (props: Props) => (scope: Parameters<Parameters<typeof modelOf>[0]>[0]) => {
  const cache = new Redis(scope, 'cache', { memory: '64Mi', availability: 'single' });
  new RedisInsight(scope, 'insight', { ...props, shows: { CACHE: cache.inspect } });
};

test.each([
  ['defaults', {}, 'production'],
  ['defaults-review', {}, 'review'],
  ['every-prop', everyProp, 'production'],
] as const)('golden: %s', async (golden, props, tier) => {
  const all = synth(build(props), { environment: { tier } }).split('---\n');
  const own = all.filter((text) => /instance: (insight|redis-page)$/m.test(text));
  await expect(own.join('---\n')).toMatchFileSnapshot(`../golden/redis-insight/${golden}.yaml`);
});

test('it is one pod that says so, and no budget holds up a drain', () => {
  const model = modelOf(build({}));
  const facts = model.services.find(({ kind }) => kind === 'RedisInsight');
  expect(facts).toMatchObject({ availability: 'best effort', stateful: true, backup: 'declined' });
  expect(specOf<k8s.StatefulSetSpec>(model, 'StatefulSet', 'insight').replicas).toBe(1);
  expect(listed(model).filter((line) => line.includes('PodDisruptionBudget'))).toEqual([]);
});

test('nothing exposes it, and it reads without writing', () => {
  const model = modelOf(build({}));
  expect(
    listed(model).filter((line) => /Ingress|Route|cache-admits|insight-admits/.test(line)),
  ).toEqual([]);
  const users = objectOf(model, 'ConfigMap', 'cache-users')['data'] as Record<string, string>;
  expect(users['insight.rules']).toContain('%R~*');
  expect(users['insight.rules']).toContain('+info');
  expect(users['insight.rules']).not.toMatch(/\+@write|config/);
});

test('fails when it shows nothing', () => {
  expect(() => modelOf((scope) => new RedisInsight(scope, 'insight', { shows: {} }))).toThrow(
    "prod/apps/insight: 'shows' names no Redis",
  );
});
