import { type KubeObject, type LabelSelector, selects } from './objects.ts';

/** One end of a conversation: a pod, or an address outside the cluster. */
export interface NetworkEnd {
  /** How failures call it. */
  readonly name: string;
  /** Undefined: an address, and no pod. */
  readonly namespace: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly ip: string;
  /** Named container ports. */
  readonly ports: Readonly<Record<string, number>>;
}

export interface NetworkPort {
  readonly protocol: string;
  readonly port: number;
}

interface PolicyPeer {
  readonly podSelector?: LabelSelector;
  readonly namespaceSelector?: LabelSelector;
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] };
}

interface PolicyRule {
  readonly from?: readonly PolicyPeer[];
  readonly to?: readonly PolicyPeer[];
  readonly ports?: readonly {
    readonly protocol?: string;
    readonly port?: number | string;
    readonly endPort?: number;
  }[];
}

interface NetworkPolicy extends KubeObject {
  spec: {
    podSelector: LabelSelector;
    policyTypes?: string[];
    ingress?: PolicyRule[];
    egress?: PolicyRule[];
  };
}

/** The policies of a cluster, and what they let through. */
export class NetworkPolicies {
  readonly #policies: readonly NetworkPolicy[];
  readonly #namespaceLabels: ReadonlyMap<string, Readonly<Record<string, string>>>;

  constructor(objects: readonly KubeObject[]) {
    this.#policies = objects.filter((object) => object.kind === 'NetworkPolicy') as NetworkPolicy[];
    const namespaces = objects.filter((object) => object.kind === 'Namespace');
    this.#namespaceLabels = new Map(
      namespaces.map(({ metadata }) => [metadata.name, metadata.labels ?? {}]),
    );
  }

  /** A conversation takes place when the client may leave and the server may be entered. */
  allows(client: NetworkEnd, server: NetworkEnd, port: NetworkPort): boolean {
    return this.allowsEgress(client, server, port) && this.allowsIngress(client, server, port);
  }

  allowsEgress(client: NetworkEnd, server: NetworkEnd, port: NetworkPort): boolean {
    return this.#passes(client, 'Egress', ({ to, ports }, namespace) => {
      return matchesPort(ports, server, port) && this.#matchesPeer(to, server, namespace);
    });
  }

  allowsIngress(client: NetworkEnd, server: NetworkEnd, port: NetworkPort): boolean {
    return this.#passes(server, 'Ingress', ({ from, ports }, namespace) => {
      return matchesPort(ports, server, port) && this.#matchesPeer(from, client, namespace);
    });
  }

  /** No policy for a pod and direction: everything passes. Otherwise one rule of one policy must let it through. */
  #passes(
    end: NetworkEnd,
    type: 'Egress' | 'Ingress',
    lets: (rule: PolicyRule, namespace: string) => boolean,
  ): boolean {
    const policies = this.#policies.filter(
      (policy) =>
        policy.metadata.namespace === end.namespace &&
        typesOf(policy).includes(type) &&
        selects(policy.spec.podSelector, end.labels),
    );
    if (policies.length === 0) return true;
    return policies.some(({ metadata, spec }) => {
      const rules = (type === 'Egress' ? spec.egress : spec.ingress) ?? [];
      return rules.some((rule) => lets(rule, metadata.namespace ?? ''));
    });
  }

  /** No list, or an empty one, means anybody. */
  #matchesPeer(
    peers: readonly PolicyPeer[] | undefined,
    end: NetworkEnd,
    policyNamespace: string,
  ): boolean {
    if (!peers || peers.length === 0) return true;
    return peers.some(({ ipBlock, namespaceSelector, podSelector }) => {
      if (ipBlock) {
        const { cidr, except = [] } = ipBlock;
        return isWithin(end.ip, cidr) && !except.some((range) => isWithin(end.ip, range));
      }
      if (end.namespace === undefined) return false;
      const isHere = namespaceSelector
        ? selects(namespaceSelector, this.#labelsOf(end.namespace))
        : end.namespace === policyNamespace;
      return isHere && selects(podSelector ?? {}, end.labels);
    });
  }

  /** Kubernetes itself labels every namespace with its name. */
  #labelsOf(namespace: string): Readonly<Record<string, string>> {
    return { ...this.#namespaceLabels.get(namespace), 'kubernetes.io/metadata.name': namespace };
  }
}

/** What a policy without `policyTypes` is about: ingress, and egress if it has such rules. */
function typesOf({ spec }: NetworkPolicy): readonly string[] {
  return spec.policyTypes ?? (spec.egress ? ['Ingress', 'Egress'] : ['Ingress']);
}

function matchesPort(rules: PolicyRule['ports'], server: NetworkEnd, wanted: NetworkPort): boolean {
  if (!rules || rules.length === 0) return true;
  return rules.some(({ endPort, port, protocol = 'TCP' }) => {
    if (protocol !== wanted.protocol) return false;
    if (port === undefined) return true;
    const first = typeof port === 'string' ? server.ports[port] : port;
    return first !== undefined && wanted.port >= first && wanted.port <= (endPort ?? first);
  });
}

/** IPv4 only: an address of the other family is within nothing. */
export function isWithin(ip: string, cidr: string): boolean {
  const [network = '', bits = '32'] = cidr.split('/');
  if (network.includes(':') || ip.includes(':')) return false;
  const size = 2 ** (32 - Number(bits));
  return Math.floor(numberOf(ip) / size) === Math.floor(numberOf(network) / size);
}

function numberOf(ip: string): number {
  return ip.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}
