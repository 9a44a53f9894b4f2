import type { Entry, Link, Model, Origin } from '../core/model.ts';

/** Where a service is reached. */
export interface GraphEndpoint {
  readonly protocol: string;
  readonly port: number;
}

/** Something outside the platform. */
export interface GraphHost {
  /** `<host>:<port>`. */
  readonly id: string;
  readonly name: string;
  readonly port: number;
}

/** What is known of every service of a model, by the name that `idOf` gives it. */
export interface Reach {
  endpointsOf(id: string): readonly GraphEndpoint[];
  /** The hosts that it stands for, when somebody else runs it. */
  hostsOf(id: string): readonly GraphHost[];
}

export function reachOf({ entries, links }: Model, idOf: (origin: Origin) => string): Reach {
  const ports = new Map<string, Map<number, string>>();
  const hosts = new Map<string, Map<string, GraphHost>>();
  for (const entry of entries) {
    for (const { port, protocol } of servicePorts(entry)) {
      inside(ports, idOf(entry.origin)).set(port, protocol);
    }
  }
  // What clients call it wins over the name of the port.
  for (const link of links) {
    const origin = answersFor(link);
    if (!origin) continue;
    inside(ports, idOf(origin)).set(link.port, link.protocol);
    if (!link.owner) inside(hosts, idOf(origin)).set(hostOf(link).id, hostOf(link));
  }
  return {
    endpointsOf: (id) =>
      [...(ports.get(id) ?? [])]
        .map(([port, protocol]) => ({ protocol, port }))
        .sort((a, b) => a.port - b.port),
    hostsOf: (id) => [...(hosts.get(id)?.values() ?? [])].sort((a, b) => (a.id < b.id ? -1 : 1)),
  };
}

/** Who of the platform is asked: the owner, or what stands for a service that a provider runs. */
export function answersFor({ grantor, owner }: Link): Origin | undefined {
  return owner ? owner.origin : grantor;
}

export function hostOf({ host, port }: Link): GraphHost {
  return { id: `${host}:${port}`, name: host, port };
}

/** What a Service offers, whether somebody uses it or not. */
function servicePorts({ object }: Entry): GraphEndpoint[] {
  if (object.kind !== 'Service' || object.apiVersion !== 'v1') return [];
  const spec = object['spec'] as { ports?: readonly { name?: string; port: number }[] } | undefined;
  return (spec?.ports ?? []).map(({ name = 'tcp', port }) => ({
    protocol: name.replace(/^tcp-/, ''),
    port,
  }));
}

function inside<K, V>(maps: Map<string, Map<K, V>>, id: string): Map<K, V> {
  const found = maps.get(id) ?? new Map<K, V>();
  maps.set(id, found);
  return found;
}
