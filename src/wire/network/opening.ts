import type { Entry, Opening } from '../../core/model.ts';
import { egress, ingress, peerOf, policy, tcp } from './policy.ts';

/** "hello admits edge", "hello reaches kube-api": other words than the policies of connections have. */
export function openingPolicy({ at, direction, name, peers, ports }: Opening): Entry {
  const { service } = at.origin;
  const there = peers.map(peerOf);
  return direction === 'in'
    ? policy(at, `${service}-admits-${name}`, ingress([{ from: there, ports: tcp(ports) }]))
    : policy(at, `${service}-reaches-${name}`, egress([{ to: there, ports: tcp(ports) }]));
}
