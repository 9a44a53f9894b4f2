import { expect, test } from 'vitest';
import type * as k8s from '#imports/k8s.ts';
import { WebApp } from '../../src/services/web-app.ts';
import type { Scale } from '../../src/workload/autoscaling.ts';
import { listed, modelOf, type SynthOptions, specOf } from '../synth.ts';

function scaled(scale: Scale, options?: SynthOptions) {
  const model = modelOf(
    (scope) => new WebApp(scope, 'shop', { image: 'shop', port: 8000, scale }),
    options,
  );
  const spec = specOf<k8s.HorizontalPodAutoscalerSpec>(model, 'HorizontalPodAutoscaler', 'shop');
  return { model, spec };
}

test.each([
  ['production', 3, 12],
  ['preproduction', 2, 4],
  ['review', 1, 2],
] as const)('%s scales from %i to %i', (tier, minReplicas, maxReplicas) => {
  expect(scaled({}, { environment: { tier } }).spec).toMatchObject({ minReplicas, maxReplicas });
});

test('the autoscaler is asked for by the Deployment that it scales', () => {
  expect(scaled({}).spec.scaleTargetRef).toEqual({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    name: 'shop',
  });
});

test('the Deployment starts with the fewest pods: without a number it would drop to one', () => {
  const { model } = scaled({ min: 5 });
  expect(specOf<k8s.DeploymentSpec>(model, 'Deployment', 'shop').replicas).toBe(5);
});

test('without a target of its own it holds the processor at 70 percent', () => {
  expect(scaled({}).spec.metrics).toEqual([
    {
      type: 'Resource',
      resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } },
    },
  ]);
  expect(scaled({ memoryPercent: 80 }).spec.metrics?.map(({ resource }) => resource?.name)).toEqual(
    ['memory'],
  );
});

test('custom and external metrics aim for an average over the pods', () => {
  const { metrics } = scaled({
    pods: [{ metric: 'requests_per_second', average: '100' }],
    external: [{ metric: 'queue_length', average: '500m', labels: { queue: 'mail' } }],
  }).spec;
  expect(metrics).toEqual([
    {
      type: 'Pods',
      pods: {
        metric: { name: 'requests_per_second' },
        target: { type: 'AverageValue', averageValue: '100' },
      },
    },
    {
      type: 'External',
      external: {
        metric: { name: 'queue_length', selector: { matchLabels: { queue: 'mail' } } },
        target: { type: 'AverageValue', averageValue: '500m' },
      },
    },
  ]);
});

test('what may grow from one pod is spread and guarded from the start', () => {
  const { model } = scaled({ min: 1, max: 4 });
  const { spec } = specOf<k8s.DeploymentSpec>(model, 'Deployment', 'shop').template;
  expect(listed(model)).toContain('apps: PodDisruptionBudget shop');
  expect(spec?.topologySpreadConstraints).toHaveLength(2);
});

test('a minimum above what the tier allows raises the maximum with it', () => {
  expect(scaled({ min: 20 }).spec.maxReplicas).toBe(20);
});

test.each([
  [{ min: 4, max: 3 }, "'scale.min' (4) is above 'scale.max' (3)"],
  [{ max: 1 }, "'scale.min' (3) is above 'scale.max' (1)"],
  [{ min: 0 }, "'scale.min' must be a whole number, 1 or more, got 0"],
  [{ max: 2.5 }, "'scale.max' must be a whole number, 1 or more, got 2.5"],
  [{ cpuPercent: Number.NaN }, "'scale.cpuPercent' must be a whole number, 1 or more, got NaN"],
  [{ memoryPercent: -5 }, "'scale.memoryPercent' must be a whole number, 1 or more, got -5"],
  [{ pods: [{ metric: 'rps', average: 'lots' }] }, 'metric "rps" has the target "lots"'],
  [{ external: [{ metric: '', average: '1' }] }, 'metric "" has the target "1"'],
] as const)('fails with %j', (scale, message) => {
  expect(() => scaled(scale)).toThrow(`prod/apps/shop: ${message}`);
});

test('fails when a fixed number and a range are both given', () => {
  const build = () =>
    modelOf(
      (scope) => new WebApp(scope, 'shop', { image: 'shop', port: 8000, replicas: 2, scale: {} }),
    );
  expect(build).toThrow("prod/apps/shop: 'replicas' (2) and 'scale' are both given");
});
