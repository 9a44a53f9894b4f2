import type * as k8s from '#imports/k8s.ts';
import type { KubeObject } from '../../core/model.ts';

const PROTOCOLS = ['UDP', 'TCP'] as const;

/** What every namespace has: nothing passes, but questions for names. */
export function closed(): KubeObject[] {
  return [
    everyPod('default-deny', { policyTypes: ['Ingress', 'Egress'] }),
    everyPod('allow-dns', {
      policyTypes: ['Egress'],
      // To any destination: the addresses of node-local caches have no pods behind them.
      egress: [{ ports: PROTOCOLS.map((protocol) => ({ protocol, port: 53 })) }],
    }),
  ];
}

function everyPod(name: string, rules: Omit<k8s.NetworkPolicySpec, 'podSelector'>): KubeObject {
  const spec: k8s.NetworkPolicySpec = { podSelector: {}, ...rules };
  return { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name }, spec };
}
