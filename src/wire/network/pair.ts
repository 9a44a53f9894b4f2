import type * as k8s from '#imports/k8s.ts';
import type { PodGroup } from '../../core/access.ts';
import type { End, Entry, Link, Origin } from '../../core/model.ts';
import { egress, ingress, peerOf, policy, tcp } from './policy.ts';

/** All links of one pair in one policy on each side, however many ports and groups of pods there are. */
export function pairPolicies(links: readonly Link[], platform: string): Entry[] {
  const [{ client, owner }] = links as [Link];
  if (!owner) return [];
  const groups = podGroups(links);
  const there = owner.origin;
  const to = groups.map(({ labels, ports }) => ({
    to: [peerFor(client.origin, { labels, origin: there })],
    ports: tcp(ports),
  }));
  const out = `${client.origin.service}-to-${seenFrom(client.origin, there, platform)}`;
  const into = `${there.service}-from-${seenFrom(there, client.origin, platform)}`;
  return [
    policy(client, out, egress(to)),
    ...groups.map((group, at) =>
      policy(
        { origin: there, labels: group.labels },
        at === 0 ? into : `${into}-${nameOf(group, groups, at)}`,
        ingress([{ from: [peerFor(there, client)], ports: tcp(group.ports) }]),
      ),
    ),
  ];
}

/** One policy selects one group of pods; a further one is called by the program that runs there. */
function nameOf({ labels }: PodGroup, groups: readonly PodGroup[], at: number): string {
  const program = labels['app.kubernetes.io/name'];
  const same = groups.filter((other) => other.labels['app.kubernetes.io/name'] === program);
  return program !== undefined && same.length === 1 ? program : String(at + 1);
}

/** Every group of pods that the links lead to once, with all ports. */
function podGroups(links: readonly Link[]): PodGroup[] {
  const groups = new Map<string, { labels: PodGroup['labels']; ports: Set<number> }>();
  for (const { labels, ports } of links.flatMap(({ owner }) => owner?.pods ?? [])) {
    const key = JSON.stringify(Object.entries(labels).sort());
    const group = groups.get(key) ?? { labels, ports: new Set<number>() };
    for (const port of ports) group.ports.add(port);
    groups.set(key, group);
  }
  const inOrder = [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
  return inOrder.map(([, { labels, ports }]) => {
    return { labels, ports: [...ports] as [number, ...number[]] };
  });
}

/** How `here` names the pods of `there`. */
function peerFor(here: Origin, { labels, origin }: End): k8s.NetworkPolicyPeer {
  const { namespace } = origin;
  const away = namespace !== here.namespace && namespace !== undefined;
  return peerOf({ labels, ...(away && { namespace }) });
}

/**
 * A peer of another namespace brings its name along: staging and qa may both have `orders`. Behind a dot,
 * which no service's name has: `qa.eu-web` and `qa-eu.web` are two.
 */
function seenFrom(here: Origin, { namespace = '', service }: Origin, platform: string): string {
  if (here.namespace === namespace) return service;
  const place = namespace.startsWith(`${platform}-`)
    ? namespace.slice(platform.length + 1)
    : namespace;
  return `${place}.${service}`;
}
