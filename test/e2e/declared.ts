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
  /** Where we have to let it through: at both ends of a connection, at ours where the other is somebody else's. */
  readonly ours: 'both' | 'from' | 'to';
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
        return { name, from, to, ports, ours: 'both' };
      });
    }
    const cidrs = link.cidrs ?? ['0.0.0.0/0'];
    return cidrs.map(
      (cidr): Declared => ({
        name,
        from,
        to: { cidr },
        ports: [link.port],
        ours: 'from',
      }),
    );
  });
  const holes = openings.flatMap(({ at, direction, name, peers, ports }) =>
    (peers.length > 0 ? peers : [{}]).map((peer): Declared => {
      const [here, there] = [endOf(at), peerAt(at, peer)];
      const [from, to] = direction === 'in' ? [there, here] : [here, there];
      const ours = direction === 'in' ? 'to' : 'from';
      return { name: `${at.origin.path} ${name}`, from, to, ports, ours };
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

/** Somebody who is meant: a pod with these labels, or the first address that nobody else is likely to exclude. */
export function someEnd({ cidr, labels = {}, namespace }: DeclaredEnd): NetworkEnd {
  const ip = cidr === undefined ? '10.9.9.8' : cidr === '0.0.0.0/0' ? ANYWHERE : firstOf(cidr);
  const name = cidr ?? `a pod of ${namespace ?? 'any namespace'} ${JSON.stringify(labels)}`;
  return { name, namespace: cidr === undefined ? namespace : undefined, labels, ip, ports: {} };
}

const ANYWHERE = '203.0.113.9';

function firstOf(cidr: string): string {
  return cidr.split('/')[0] ?? '';
}

function endOf({ labels, origin }: End): DeclaredEnd {
  return { namespace: origin.namespace, labels };
}

/** As policies read it: labels without a namespace mean the namespace of the policy. */
function peerAt(at: End, { cidr, labels, namespace }: Peer): DeclaredEnd {
  if (cidr !== undefined) return { cidr };
  return { namespace: namespace ?? at.origin.namespace, labels };
}
