import type * as k8s from '#imports/k8s.ts';
import type { End, Entry, KubeObject, Peer } from '../../core/model.ts';

type Rules = Omit<k8s.NetworkPolicySpec, 'podSelector'>;

/** A policy at one group of pods. */
export function policy(
  at: End,
  name: string,
  rules: Rules,
  annotations?: Readonly<Record<string, string>>,
): Entry {
  const object: KubeObject = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, ...(annotations && { annotations }) },
    spec: { podSelector: { matchLabels: { ...at.labels } }, ...rules },
  };
  return { origin: at.origin, object };
}

export function egress(rules: readonly k8s.NetworkPolicyEgressRule[]): Rules {
  return { policyTypes: ['Egress'], egress: rules };
}

export function ingress(rules: readonly k8s.NetworkPolicyIngressRule[]): Rules {
  return { policyTypes: ['Ingress'], ingress: rules };
}

export function tcp(ports: readonly number[]): k8s.NetworkPolicyPort[] {
  return [...ports].sort((a, b) => a - b).map((port) => ({ protocol: 'TCP', port }));
}

export function peerOf({ cidr, labels, namespace }: Peer): k8s.NetworkPolicyPeer {
  if (cidr !== undefined) return { ipBlock: { cidr } };
  return {
    ...(labels && { podSelector: { matchLabels: { ...labels } } }),
    ...(namespace !== undefined && {
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
    }),
  };
}
