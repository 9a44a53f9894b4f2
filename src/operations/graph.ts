import { KeelsonError } from '../core/errors.ts';
import type { Link, Model, Origin } from '../core/model.ts';
import { suggest } from '../core/names.ts';
import {
  answersFor,
  type GraphEndpoint,
  type GraphHost,
  hostOf,
  reachOf,
} from './graph-endpoints.ts';
import { buildAll, type WorkspaceOptions } from './workspace.ts';

/** Who talks to whom: plain data, everything sorted. */
export interface Graph {
  readonly services: readonly GraphService[];
  /** What lies outside the platform. */
  readonly hosts: readonly GraphHost[];
  readonly connections: readonly GraphConnection[];
}

export interface GraphService {
  /** `<platform>/<cluster>/<environment>/<layer>/<service>`. */
  readonly id: string;
  /** `<platform>/<cluster>/<environment>`. */
  readonly place: string;
  readonly layer: string;
  readonly name: string;
  /** The class, such as 'WebApp'. */
  readonly kind: string;
  /** Where it is reached, by port. */
  readonly endpoints: readonly GraphEndpoint[];
  /** The ids of the hosts that it stands for, when somebody else runs it. */
  readonly hosts: readonly string[];
}

export interface GraphConnection {
  /** The id of the client. */
  readonly from: string;
  /** The id of a service or a host. */
  readonly to: string;
  readonly alias: string;
  readonly protocol: string;
  readonly port: number;
  readonly right: string;
  /** The client starts, and stays useful, without it. */
  readonly soft: boolean;
  /** The id of the service whose right it is, where another one answers: the database behind a proxy. */
  readonly grantor?: string;
}

export interface GraphOptions extends WorkspaceOptions {
  /**
   * Only what depends on this service or host, at however many steps.
   * @default - everything
   */
  readonly to?: string;
}

/** The graph of every cluster, or what the options leave of it. */
export async function graph(options: GraphOptions): Promise<Graph> {
  const clusters = await buildAll(options);
  const all = graphOf(
    clusters.map(({ model }) => model),
    options.environment,
  );
  return options.to === undefined ? all : dependentsOf(all, options.to);
}

/** The services of one environment or all, and whatever they are connected to. */
function graphOf(models: readonly Model[], environment?: string): Graph {
  const isHere = ({ origin }: { origin: Origin }) =>
    environment === undefined || origin.environment === environment;
  const services = new Map<string, GraphService>();
  const hosts = new Map<string, GraphHost>();
  const connections: GraphConnection[] = [];
  for (const model of models) {
    const idIn = (origin: Origin) => idOf(model, origin);
    const kinds = new Map(model.services.map(({ kind, origin }) => [idIn(origin), kind]));
    const reach = reachOf(model, idIn);
    const add = (origin: Origin): string => {
      const id = idIn(origin);
      if (services.has(id)) return id;
      const at = reach.hostsOf(id);
      for (const host of at) hosts.set(host.id, host);
      services.set(id, {
        ...serviceAt(model, origin, kinds.get(id) ?? ''),
        endpoints: reach.endpointsOf(id),
        hosts: at.map((host) => host.id),
      });
      return id;
    };
    for (const { origin } of model.services.filter(isHere)) add(origin);
    for (const link of model.links.filter(({ client }) => isHere(client))) {
      const owner = answersFor(link);
      const host = hostOf(link);
      if (!owner) hosts.set(host.id, host);
      const to = owner ? add(owner) : host.id;
      const grantor = link.grantor && add(link.grantor);
      connections.push({
        ...connection(add(link.client.origin), to, link),
        ...(grantor !== undefined && grantor !== to && { grantor }),
      });
    }
  }
  return {
    services: sorted([...services.values()], ({ id }) => id.replaceAll('/', '\0')),
    hosts: sorted([...hosts.values()], ({ id }) => id),
    connections: sorted(connections, ({ alias, from, to }) => [from, alias, to].join('\0')),
  };
}

/** The part of a graph that leads to a service or a host. */
export function dependentsOf({ connections, hosts, services }: Graph, name: string): Graph {
  const targets = [...services, ...hosts].filter((node) => node.name === name || node.id === name);
  if (targets.length === 0) {
    const known = [...new Set([...services, ...hosts].map((node) => node.name))];
    throw new KeelsonError('graph', 'graph/unknown-service', {
      message: `there is no service or host '${name}'`,
      hint: suggest('services and hosts', name, known),
    });
  }
  const reached = new Set(targets.map(({ id }) => id));
  for (const id of reached) {
    for (const { from, grantor, to } of connections) {
      if (to === id || grantor === id) reached.add(from);
    }
    for (const service of services) if (service.hosts.includes(id)) reached.add(service.id);
  }
  const leads = ({ grantor, to }: GraphConnection): boolean =>
    reached.has(to) || (grantor !== undefined && reached.has(grantor));
  const answers = new Set(connections.filter(leads).map(({ to }) => to));
  const kept = services.filter(({ id }) => reached.has(id) || answers.has(id));
  return {
    services: kept,
    hosts: hosts.filter(
      ({ id }) =>
        reached.has(id) || answers.has(id) || kept.some((each) => each.hosts.includes(id)),
    ),
    connections: connections.filter(leads),
  };
}

function serviceAt(model: Model, origin: Origin, kind: string) {
  const place = [model.platform, model.cluster.name, origin.environment].join('/');
  return { id: idOf(model, origin), place, layer: origin.layer, name: origin.service, kind };
}

function idOf({ cluster, platform }: Model, { environment, layer, service }: Origin): string {
  return [platform, cluster.name, environment, layer, service].join('/');
}

function connection(from: string, to: string, link: Link): GraphConnection {
  const { alias, port, protocol, right, soft } = link;
  return { from, to, alias, protocol, port, right, soft };
}

function sorted<T>(items: readonly T[], keyOf: (item: T) => string): T[] {
  return [...items].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : keyOf(a) > keyOf(b) ? 1 : 0));
}
