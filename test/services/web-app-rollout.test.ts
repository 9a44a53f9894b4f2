import { expect, test } from 'vitest';
import type * as k8s from '#imports/k8s.ts';
import { WebApp, type WebAppProps } from '../../src/services/web-app.ts';
import { Worker } from '../../src/services/worker.ts';
import { listed, modelOf, objectOf, type SynthOptions, specOf } from '../synth.ts';

const minimal: WebAppProps = { image: 'shop', port: 8000 };

function shop(props: Partial<WebAppProps> = {}, options?: SynthOptions) {
  return modelOf((scope) => new WebApp(scope, 'shop', { ...minimal, ...props }), options);
}

function deploymentOf(props?: Partial<WebAppProps>, options?: SynthOptions): k8s.DeploymentSpec {
  return specOf<k8s.DeploymentSpec>(shop(props, options), 'Deployment', 'shop');
}

function podOf(props?: Partial<WebAppProps>, options?: SynthOptions): k8s.PodSpec {
  return deploymentOf(props, options).template.spec as k8s.PodSpec;
}

test('a rollout adds a quarter of the pods before any old one goes', () => {
  expect(deploymentOf().strategy).toEqual({
    type: 'RollingUpdate',
    rollingUpdate: { maxSurge: '25%', maxUnavailable: 0 },
  });
});

test('a rollout waits until a new pod has stayed ready, and gives up in the end', () => {
  expect(deploymentOf()).toMatchObject({ minReadySeconds: 10, progressDeadlineSeconds: 600 });
  expect(deploymentOf({ minReadySeconds: 0 })).not.toHaveProperty('minReadySeconds');
});

test.each([
  ['production', 3],
  ['preproduction', 2],
  ['review', 1],
] as const)('%s runs %i pods', (tier, replicas) => {
  expect(deploymentOf({}, { environment: { tier } }).replicas).toBe(replicas);
});

test('a pod keeps serving until every proxy has forgotten it, and the grace period outlasts that', () => {
  const pod = podOf();
  const sleep = pod.containers[0]?.lifecycle?.preStop?.sleep?.seconds ?? 0;
  expect(sleep).toBe(10);
  expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(sleep + 20);
});

test('the time to drain adds to the time to shut down', () => {
  expect(podOf({ drainSeconds: 30, shutdownSeconds: 90 }).terminationGracePeriodSeconds).toBe(120);
});

test('without a time to drain there is no preStop: Kubernetes 1.31 refuses a sleep of 0', () => {
  expect(podOf({ drainSeconds: 0 }).containers[0]).not.toHaveProperty('lifecycle');
});

test('pods spread over zones strictly and over hosts as far as possible', () => {
  const spread = podOf().topologySpreadConstraints ?? [];
  expect(spread.map((each) => [each.topologyKey, each.whenUnsatisfiable, each.maxSkew])).toEqual([
    ['topology.kubernetes.io/zone', 'DoNotSchedule', 1],
    ['kubernetes.io/hostname', 'ScheduleAnyway', 1],
  ]);
});

test('a rollout counts its own pods only, and neither tainted nodes nor missing zones', () => {
  for (const constraint of podOf().topologySpreadConstraints ?? []) {
    expect(constraint.matchLabelKeys).toEqual(['pod-template-hash']);
    expect(constraint.nodeTaintsPolicy).toBe('Honor');
    expect(constraint).not.toHaveProperty('minDomains');
  }
});

test.each([
  ['digitalocean labels no zones', { provider: 'digitalocean', zones: ['a', 'b', 'c'] }],
  ['there is one zone', { zones: ['a'] }],
  ['zones are unknown', { zones: [] }],
] as const)('pods spread over hosts only where %s', (_, cluster) => {
  const spread = podOf({}, { cluster }).topologySpreadConstraints ?? [];
  expect(spread.map(({ topologyKey }) => topologyKey)).toEqual(['kubernetes.io/hostname']);
});

test('a single pod needs neither spread nor budget', () => {
  const model = shop({ replicas: 1 });
  expect(listed(model)).not.toContain('apps: PodDisruptionBudget shop');
  expect(podOf({ replicas: 1 })).not.toHaveProperty('topologySpreadConstraints');
});

test('a drain takes one pod at a time, and is never blocked by a pod that is broken anyway', () => {
  expect(specOf(shop(), 'PodDisruptionBudget', 'shop')).toMatchObject({
    maxUnavailable: 1,
    unhealthyPodEvictionPolicy: 'AlwaysAllow',
  });
});

test('pods and containers meet the level `restricted`, on a root file system that is read-only', () => {
  const pod = podOf({ sidecars: { proxy: { image: 'envoy' } } });
  expect(pod.securityContext).toEqual({
    runAsNonRoot: true,
    seccompProfile: { type: 'RuntimeDefault' },
  });
  for (const container of [...pod.containers, ...(pod.initContainers ?? [])]) {
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      readOnlyRootFilesystem: true,
    });
    expect(container.volumeMounts).toContainEqual({ name: 'tmp', mountPath: '/tmp' });
  }
  expect(pod.volumes).toContainEqual({ name: 'tmp', emptyDir: {} });
});

test('the ServiceAccount is its own and mounts no token unless asked', () => {
  const model = shop();
  expect(objectOf(model, 'ServiceAccount', 'shop')['automountServiceAccountToken']).toBe(false);
  expect(podOf()).toMatchObject({
    serviceAccountName: 'shop',
    automountServiceAccountToken: false,
  });
  expect(podOf({ serviceAccountToken: true }).automountServiceAccountToken).toBe(true);
});

test('other Services of the namespace do not leak into the environment', () => {
  expect(podOf().enableServiceLinks).toBe(false);
});

test('memory is limited to what is requested, and processor is not limited unless asked', () => {
  expect(podOf({ resources: { memory: '1Gi' } }).containers[0]?.resources).toEqual({
    requests: { cpu: '100m', memory: '1Gi' },
    limits: { memory: '1Gi' },
  });
  expect(podOf({ resources: { cpuLimit: '2' } }).containers[0]?.resources?.limits?.['cpu']).toBe(
    '2',
  );
});

test('starting takes as long as it may; readiness reacts in seconds and liveness is patient', () => {
  const [container] = podOf({ health: { startSeconds: 90 } }).containers;
  const seconds = (probe?: k8s.Probe) =>
    (probe?.periodSeconds ?? 0) * (probe?.failureThreshold ?? 0);
  expect(seconds(container?.startupProbe)).toBe(90);
  expect(seconds(container?.readinessProbe)).toBe(10);
  expect(seconds(container?.livenessProbe)).toBe(60);
});

test('readiness may ask more than liveness does', () => {
  const [container] = podOf({ health: { live: '/live', ready: '/ready' } }).containers;
  expect(container?.startupProbe?.httpGet?.path).toBe('/live');
  expect(container?.livenessProbe?.httpGet?.path).toBe('/live');
  expect(container?.readinessProbe?.httpGet?.path).toBe('/ready');
});

test('changed configuration rolls the pods, the same configuration does not', () => {
  const hashOf = (content: string) =>
    deploymentOf({ files: { '/etc/app.yaml': content } }).template.metadata?.annotations;
  expect(hashOf('a: 1\n')).toEqual(hashOf('a: 1\n'));
  expect(hashOf('a: 1\n')).not.toEqual(hashOf('a: 2\n'));
});

test('sidecars start before the program and end after it', () => {
  const pod = podOf({ sidecars: { proxy: { image: 'envoy' } } });
  expect(pod.containers).toHaveLength(1);
  expect(pod.initContainers?.map(({ name, restartPolicy }) => [name, restartPolicy])).toEqual([
    ['proxy', 'Always'],
  ]);
});

test('a worker has no Service and no probes, and no proxy that has to forget it', () => {
  const model = modelOf((scope) => new Worker(scope, 'mailer', { image: 'shop' }));
  expect(listed(model)).toEqual([
    'apps: Deployment mailer',
    'apps: PodDisruptionBudget mailer',
    'apps: ServiceAccount mailer',
  ]);
  const pod = specOf<k8s.DeploymentSpec>(model, 'Deployment', 'mailer').template.spec;
  expect(pod?.terminationGracePeriodSeconds).toBe(30);
  expect(pod?.containers[0]).not.toHaveProperty('lifecycle');
  expect(pod?.containers[0]).not.toHaveProperty('readinessProbe');
});

test.each([
  [
    { minReadySeconds: -1 },
    "'minReadySeconds' must be a whole number of seconds, 0 or more, got -1",
  ],
  [{ drainSeconds: 2.5 }, "'drainSeconds' must be a whole number of seconds, 0 or more, got 2.5"],
  [
    { shutdownSeconds: Number.NaN },
    "'shutdownSeconds' must be a whole number of seconds, 0 or more, got NaN",
  ],
  [
    { progressDeadlineSeconds: 10 },
    "'progressDeadlineSeconds' must be a whole number of seconds, 11 or more, got 10",
  ],
  [{ replicas: 0 }, "'replicas' must be a whole number, 1 or more, got 0"],
  [{ user: 0 }, "'user' must be a whole number, 1 or more, got 0"],
  [
    { health: { live: 'healthz' } },
    "'health.live' must be a path that begins with '/', got \"healthz\"",
  ],
  [
    { health: { startSeconds: 0 } },
    "'health.startSeconds' must be a whole number of seconds, 1 or more, got 0",
  ],
] as const)('fails with %j', (props, message) => {
  expect(() => shop(props)).toThrow(`prod/apps/shop: ${message}`);
});
