import type * as k8s from '#imports/k8s.ts';
import { KeelsonError } from '../core/errors.ts';
import { POD_SECURITY_REASON, TIER } from '../core/labels.ts';
import { NAMESPACE_LAYER } from '../core/layer.ts';
import type { Entry, KubeObject, Model, Origin } from '../core/model.ts';
import { type Place, type PodSecurity, SHARED } from '../core/place.ts';
import { TIER_DEFAULTS, type TierDefaults } from '../core/tier.ts';
import { closed } from './network/closed.ts';

/** Every namespace that something stands in, closed and bounded before anything runs there. */
export function namespaces(model: Model): Entry[] {
  const used = namespacesIn(model);
  return model.environments.flatMap((place) =>
    [...(used.get(place.environment)?.values() ?? [])].flatMap((origin) =>
      guarded(origin.namespace ?? '', origin.podSecurity, place),
    ),
  );
}

/** By environment, then by name, one origin that stands in it. A lasting environment always has its own. */
function namespacesIn(model: Model): Map<string, Map<string, NamespaceUse>> {
  const found = new Map<string, Map<string, NamespaceUse>>();
  const add = (environment: string, use: NamespaceUse): void => {
    const known = found.get(environment) ?? new Map<string, NamespaceUse>();
    found.set(environment, known);
    const other = known.get(use.namespace ?? '');
    if (other && other.podSecurity.level !== use.podSecurity.level) throw twoLevels(use, other);
    known.set(use.namespace ?? '', use);
  };
  for (const place of model.environments) {
    if (place.environment !== SHARED) add(place.environment, { ...place, path: place.environment });
  }
  for (const { origin } of model.entries) add(origin.environment, origin);
  return found;
}

type NamespaceUse = Pick<Origin, 'namespace' | 'path' | 'podSecurity'>;

function twoLevels(use: NamespaceUse, other: NamespaceUse): KeelsonError {
  return new KeelsonError(use.path, 'layer/two-pod-securities', {
    message: `namespace '${use.namespace}' is ${use.podSecurity.level} here and ${other.podSecurity.level} for '${other.path}'`,
    hint: 'give the layer that needs more a namespace of its own',
  });
}

function guarded(name: string, podSecurity: PodSecurity, place: Place): Entry[] {
  const defaults = TIER_DEFAULTS[place.tier];
  const { environment } = place;
  const origin: Origin = {
    environment,
    layer: NAMESPACE_LAYER,
    service: name,
    namespace: name,
    podSecurity,
    labels: { 'app.kubernetes.io/name': name },
    path: environment,
  };
  const objects = [
    namespace(name, podSecurity, place),
    quota(defaults),
    limits(defaults),
    ...closed(),
  ];
  return objects.map((object) => ({ origin, object }));
}

/** The version is pinned, so that an upgrade of the cluster does not turn pods away. */
function namespace(name: string, { because, level }: PodSecurity, place: Place): KubeObject {
  const { kubernetes } = place.cluster;
  const labels = ['enforce', 'warn', 'audit'].flatMap((mode) => [
    [`pod-security.kubernetes.io/${mode}`, level],
    [`pod-security.kubernetes.io/${mode}-version`, `v${kubernetes}`],
  ]);
  const annotations = {
    ...(because !== undefined && { [POD_SECURITY_REASON]: because }),
    // Data goes with its namespace: where that may not happen, Flux does not remove it.
    ...(place.tier !== 'review' && { 'kustomize.toolkit.fluxcd.io/prune': 'disabled' }),
  };
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: {
      name,
      labels: { ...Object.fromEntries(labels), ...balancerGate(place), [TIER]: place.tier },
      annotations,
    },
  };
}

/** An Application Load Balancer sends to pods directly: a rollout waits until it has registered them. */
function balancerGate({ cluster, ingress }: Place): Record<string, string> {
  const balanced = cluster.provider === 'aws' && ingress === 'ingress';
  return balanced ? { 'elbv2.k8s.aws/pod-readiness-gate-inject': 'enabled' } : {};
}

function quota({ quota: { cpu, memory, pods } }: TierDefaults): KubeObject {
  const spec: k8s.ResourceQuotaSpec = {
    hard: { 'requests.cpu': cpu, 'requests.memory': memory, pods: String(pods) },
  };
  return { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'environment' }, spec };
}

function limits({ request }: TierDefaults): KubeObject {
  const spec: k8s.LimitRangeSpec = {
    limits: [{ type: 'Container', defaultRequest: { ...request } }],
  };
  return { apiVersion: 'v1', kind: 'LimitRange', metadata: { name: 'containers' }, spec };
}
