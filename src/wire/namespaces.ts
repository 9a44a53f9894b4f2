import type * as k8s from '#imports/k8s.ts';
import { TIER } from '../core/labels.ts';
import { NAMESPACE_LAYER } from '../core/layer.ts';
import type { Entry, KubeObject, Model, Origin } from '../core/model.ts';
import { type Place, SHARED } from '../core/place.ts';
import { TIER_DEFAULTS, type TierDefaults } from '../core/tier.ts';

/** Every namespace that something stands in, closed and bounded before anything runs there. */
export function namespaces(model: Model): Entry[] {
  return model.environments.flatMap((place) =>
    namesIn(model, place).flatMap((name) => guardedNamespace(name, place)),
  );
}

function namesIn(model: Model, place: Place): string[] {
  const used = model.entries
    .filter(({ origin }) => origin.environment === place.environment)
    .map(({ origin }) => origin.namespace);
  const own = place.environment === SHARED ? [] : [place.namespace];
  return [...new Set([...own, ...used])].filter((name) => name !== undefined).sort();
}

function guardedNamespace(name: string, place: Place): Entry[] {
  const defaults = TIER_DEFAULTS[place.tier];
  const { environment } = place;
  const origin: Origin = {
    environment,
    layer: NAMESPACE_LAYER,
    service: name,
    namespace: name,
    labels: { 'app.kubernetes.io/name': name },
    path: environment,
  };
  return [namespace(name, place), quota(defaults), limits(defaults), defaultDeny(), allowDns()].map(
    (object) => ({ origin, object }),
  );
}

/** The version is pinned, so that an upgrade of the cluster does not turn pods away. */
function namespace(name: string, { cluster, tier }: Place): KubeObject {
  const level = { enforce: 'restricted', warn: 'restricted', audit: 'restricted' };
  const labels = Object.entries(level).flatMap(([mode, value]) => [
    [`pod-security.kubernetes.io/${mode}`, value],
    [`pod-security.kubernetes.io/${mode}-version`, `v${cluster.kubernetes}`],
  ]);
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, labels: { ...Object.fromEntries(labels), [TIER]: tier } },
  };
}

function quota({ quota: { cpu, memory, pods } }: TierDefaults): KubeObject {
  const spec: k8s.ResourceQuotaSpec = {
    hard: { 'requests.cpu': cpu, 'requests.memory': memory, pods: String(pods) },
  };
  return { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'environment' }, spec };
}

function limits({ request }: TierDefaults): KubeObject {
  const spec: k8s.LimitRangeSpec = {
    limits: [
      { type: 'Container', defaultRequest: { ...request }, default: { memory: request.memory } },
    ],
  };
  return { apiVersion: 'v1', kind: 'LimitRange', metadata: { name: 'containers' }, spec };
}

function defaultDeny(): KubeObject {
  const spec: k8s.NetworkPolicySpec = { podSelector: {}, policyTypes: ['Ingress', 'Egress'] };
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'default-deny' },
    spec,
  };
}

/** To any destination: the addresses of node-local caches have no pods behind them. */
function allowDns(): KubeObject {
  const spec: k8s.NetworkPolicySpec = {
    podSelector: {},
    policyTypes: ['Egress'],
    egress: [
      {
        ports: [
          { protocol: 'UDP', port: 53 },
          { protocol: 'TCP', port: 53 },
        ],
      },
    ],
  };
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'allow-dns' },
    spec,
  };
}
