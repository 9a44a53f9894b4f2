import type * as k8s from '#imports/k8s.ts';
import type { End, Entry, KubeObject, Link, Model, Opening, Origin, Peer } from '../core/model.ts';

/** One policy on each side of every client–owner pair, and one for every named opening. */
export function networkPolicies(model: Model): Entry[] {
  const pairs = grouped(model.links);
  return [...[...pairs.values()].flatMap(pairPolicies), ...model.openings.map(openingPolicy)];
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

/** All links of one pair in one policy on each side, however many ports and groups of pods there are. */
function pairPolicies(links: readonly Link[]): Entry[] {
  const [{ alias, client, owner }] = links as [Link];
  const { service } = client.origin;
  if (!owner) {
    const name = `${service}-external-${alias.toLowerCase().replaceAll('_', '-')}`;
    return [egress(client, name, links.map(outside))];
  }
  const groups = podGroups(links);
  const there = owner.origin;
  const to = groups.map(({ labels, ports }) => ({
    to: [peerFor(client.origin, { labels, origin: there })],
    ports: tcp(ports),
  }));
  return [
    egress(client, `${service}-to-${seenFrom(client.origin, there)}`, to),
    ...groups.map(({ labels, ports }, at) =>
      policy({ origin: there, labels }, ingressName(there, client.origin, at), {
        policyTypes: ['Ingress'],
        ingress: [{ from: [peerFor(there, client)], ports: tcp(ports) }],
      }),
    ),
  ];
}

/** One policy selects one group of pods; a second group of one owner is counted. */
function ingressName(there: Origin, from: Origin, at: number): string {
  const name = `${there.service}-from-${seenFrom(there, from)}`;
  return at === 0 ? name : `${name}-${at + 1}`;
}

/** Every group of pods that the links lead to once, with all ports. */
function podGroups(links: readonly Link[]): { labels: Labels; ports: number[] }[] {
  const groups = new Map<string, { labels: Labels; ports: Set<number> }>();
  for (const { labels, ports } of links.flatMap(({ owner }) => owner?.pods ?? [])) {
    const key = JSON.stringify(Object.entries(labels).sort());
    const group = groups.get(key) ?? { labels, ports: new Set<number>() };
    for (const port of ports) group.ports.add(port);
    groups.set(key, group);
  }
  const inOrder = [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
  return inOrder.map(([, { labels, ports }]) => ({ labels, ports: [...ports] }));
}

type Labels = Readonly<Record<string, string>>;
type Egress = readonly k8s.NetworkPolicyEgressRule[];

function egress(client: End, name: string, rules: Egress): Entry {
  return policy(client, name, { policyTypes: ['Egress'], egress: rules });
}

function outside({ cidrs, port }: Link): k8s.NetworkPolicyEgressRule {
  return { to: addresses(cidrs), ports: tcp([port]) };
}

/** "hello admits edge", "hello reaches kube-api": other words than the policies of connections have. */
function openingPolicy({ at, direction, name, peers, ports }: Opening): Entry {
  const there = peers.map(peerOf);
  const open = tcp(ports);
  const { service } = at.origin;
  return direction === 'in'
    ? policy(at, `${service}-admits-${name}`, {
        policyTypes: ['Ingress'],
        ingress: [{ from: there, ports: open }],
      })
    : egress(at, `${service}-reaches-${name}`, [{ to: there, ports: open }]);
}

function pairOf({ alias, client, owner }: Link): string {
  return `${client.origin.path} → ${owner ? owner.origin.path : alias}`;
}

function tcp(ports: readonly number[]): k8s.NetworkPolicyPort[] {
  return [...ports].sort((a, b) => a - b).map((port) => ({ protocol: 'TCP', port }));
}

/** How `here` names the pods of `there`. */
function peerFor(here: Origin, { labels, origin }: End): k8s.NetworkPolicyPeer {
  const { namespace } = origin;
  const away = namespace !== here.namespace && namespace !== undefined;
  return peerOf({ labels, ...(away && { namespace }) });
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
function seenFrom(here: Origin, { environment, service }: Origin): string {
  return here.environment === environment ? service : `${environment}-${service}`;
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
