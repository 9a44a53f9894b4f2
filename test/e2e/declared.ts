import type { End, Model, Peer } from '../../src/core/model.ts';
import { isWithin, type NetworkEnd } from './network-policy.ts';
import { selects } from './objects.ts';

/** Pods by their labels, anywhere when no namespace is named; or addresses. */
export interface DeclaredEnd {
  readonly namespace?: string | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly cidr?: string | undefined;
}

/** What the program says may talk: a connection between two services, or a named opening at one. */
export interface Declared {
  /** What failures quote. */
  readonly name: string;
  readonly from: DeclaredEnd;
  readonly to: DeclaredEnd;
  readonly ports: readonly number[];
  /** Both ends are ours, so both sides must be open. */
  readonly connection: boolean;
}

/** Everything that one cluster's program declares. */
export function declaredBy({ links, openings }: Model): Declared[] {
  const connections = links.flatMap((link): Declared[] => {
    const name = `${link.client.origin.path} ${link.alias}`;
    const from = endOf(link.client);
    const { owner } = link;
    if (owner) {
      return owner.pods.map(({ labels, ports }) => {
        const to = { namespace: owner.origin.namespace, labels };
        return { name, from, to, ports, connection: true };
      });
    }
    const cidrs = link.cidrs ?? ['0.0.0.0/0'];
    return cidrs.map((cidr) => ({
      name,
      from,
      to: { cidr },
      ports: [link.port],
      connection: false,
    }));
  });
  const holes = openings.flatMap(({ at, direction, name, peers, ports }) =>
    (peers.length > 0 ? peers : [{}]).map((peer): Declared => {
      const [here, there] = [endOf(at), peerAt(at, peer)];
      const [from, to] = direction === 'in' ? [there, here] : [here, there];
      return { name: `${at.origin.path} ${name}`, from, to, ports, connection: false };
    }),
  );
  return [...connections, ...holes];
}

export function isEnd(declared: DeclaredEnd, end: NetworkEnd): boolean {
  if (declared.cidr !== undefined) return isWithin(end.ip, declared.cidr);
  if (end.namespace === undefined) return false;
  if (declared.namespace !== undefined && declared.namespace !== end.namespace) return false;
  return selects({ matchLabels: { ...declared.labels } }, end.labels);
}

function endOf({ labels, origin }: End): DeclaredEnd {
  return { namespace: origin.namespace, labels };
}

/** As policies read it: labels without a namespace mean the namespace of the policy. */
function peerAt(at: End, { cidr, labels, namespace }: Peer): DeclaredEnd {
  if (cidr !== undefined) return { cidr };
  return { namespace: namespace ?? at.origin.namespace, labels };
}
