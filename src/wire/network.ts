import type * as k8s from '#imports/k8s.ts';
import type { End, Entry, KubeObject, Link, Model, Opening, Peer } from '../core/model.ts';

/** One policy on each side of every client–owner pair, and one for every named opening. */
export function networkPolicies(model: Model): Entry[] {
  const pairs = grouped(model.links);
  const openings = model.openings.filter(({ peers }) => peers.length > 0); // an empty list means everybody
  return [...[...pairs.values()].flatMap(pairPolicies), ...openings.map(openingPolicy)];
}

function grouped(links: readonly Link[]): Map<string, Link[]> {
  const pairs = new Map<string, Link[]>();
  for (const link of links) {
    const key = pairOf(link);
    const pair = pairs.get(key);
    if (pair) pair.push(link);
    else pairs.set(key, [link]);
  }
  return pairs;
}

function pairPolicies(links: readonly Link[]): Entry[] {
  const [{ client, owner, ...link }] = links as [Link];
  if (!owner) return [egress(client, link.alias.toLowerCase().replaceAll('_', '-'), links)];
  const policies = [egress(client, seenFrom(client, owner), links)];
  const ports = portsOf(links);
  const from = peerFor(owner, client);
  policies.push(
    policy(owner, `${owner.origin.service}-from-${seenFrom(owner, client)}`, {
      policyTypes: ['Ingress'],
      ingress: [{ from: [from], ports }],
    }),
  );
  return policies;
}

function egress(client: End, name: string, links: readonly Link[]): Entry {
  const [{ owner, cidrs }] = links as [Link];
  const to = owner ? [peerFor(client, owner)] : addresses(cidrs);
  return policy(client, `${client.origin.service}-to-${name}`, {
    policyTypes: ['Egress'],
    egress: [{ to, ports: portsOf(links) }],
  });
}

function openingPolicy({ at, direction, name, peers, ports }: Opening): Entry {
  const there = peers.map(peerOf);
  const open = ports.map((port): k8s.NetworkPolicyPort => ({ protocol: 'TCP', port }));
  const named = `${at.origin.service}-${direction === 'in' ? 'from' : 'to'}-${name}`;
  return direction === 'in'
    ? policy(at, named, { policyTypes: ['Ingress'], ingress: [{ from: there, ports: open }] })
    : policy(at, named, { policyTypes: ['Egress'], egress: [{ to: there, ports: open }] });
}

function pairOf({ alias, client, cidrs, owner }: Link): string {
  const there = owner ? owner.origin.path : `${alias} ${cidrs?.join(' ')}`;
  return `${client.origin.path} → ${there} ${JSON.stringify(owner?.labels)}`;
}

/** The pods' ports: a policy never sees the port of the Service in front of them. */
function portsOf(links: readonly Link[]): k8s.NetworkPolicyPort[] {
  const ports = new Set(links.map((link) => link.owner?.podPort ?? link.port));
  return [...ports].sort((a, b) => a - b).map((port) => ({ protocol: 'TCP', port }));
}

/** How `here` names the pods of `there`. */
function peerFor(here: End, there: End): k8s.NetworkPolicyPeer {
  const { namespace } = there.origin;
  const away = namespace !== here.origin.namespace && namespace !== undefined;
  return peerOf({ labels: there.labels, ...(away && { namespace }) });
}

function peerOf({ cidr, labels, namespace }: Peer): k8s.NetworkPolicyPeer {
  if (cidr !== undefined) return { ipBlock: { cidr } };
  return {
    ...(labels && { podSelector: { matchLabels: { ...labels } } }),
    ...(namespace !== undefined && {
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
    }),
  };
}

const PRIVATE = [
  '10.0.0.0/8',
  '100.64.0.0/10',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.168.0.0/16',
];

/** Nobody said where it is: anywhere but inside. */
function addresses(cidrs: readonly string[] | undefined): k8s.NetworkPolicyPeer[] {
  if (cidrs) return [...cidrs].sort().map((cidr) => ({ ipBlock: { cidr } }));
  return [{ ipBlock: { cidr: '0.0.0.0/0', except: PRIVATE } }];
}

/** A peer of another environment brings its name along: staging and qa may both have `orders`. */
function seenFrom(here: End, there: End): string {
  const { environment, service } = there.origin;
  return here.origin.environment === environment ? service : `${environment}-${service}`;
}

function policy(at: End, name: string, spec: Omit<k8s.NetworkPolicySpec, 'podSelector'>): Entry {
  const object: KubeObject = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name },
    spec: { podSelector: { matchLabels: { ...at.labels } }, ...spec },
  };
  return { origin: at.origin, object };
}
