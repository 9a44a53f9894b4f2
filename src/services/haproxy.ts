import type { Construct } from 'constructs';
import * as k8s from '#imports/k8s.ts';
import { type Endpoint, endpointOf, type Reachable } from '../core/access.ts';
import { connect } from '../core/connection.ts';
import { KeelsonError } from '../core/errors.ts';
import { placeOf } from '../core/place.ts';
import type { Quantity } from '../core/quantity.ts';
import { servedBy } from '../core/served-name.ts';
import { Service } from '../core/service.ts';
import type { VersionOf } from '../core/third-party-images.ts';
import { tierOf } from '../core/tier.ts';
import { deploy } from '../workload/deployment.ts';
import { httpProbes } from '../workload/probes.ts';
import { programImage } from '../workload/program-image.ts';
import { requireQuantity } from '../workload/resources.ts';
import { scrape } from '../workload/scraping.ts';
import { requireCount, requireSeconds } from '../workload/whole-number.ts';
import { alerts } from './haproxy/alerts.ts';
import { configOf, type Listener, STATS_PORT } from './haproxy/config.ts';

export interface HAProxyProps {
  /** Where connections to port 5432 go: a `PgBouncer`, or a `Postgres`. */
  readonly primary: Reachable;

  /**
   * Where connections to port 5433 go, which only read: a `PgBouncer` before replicas, or `db.replicas`.
   * @default - nowhere: there is no such port
   */
  readonly readOnly?: Reachable;

  /**
   * How many pods to run.
   * @default - as many as the tier asks for: 3 in production
   */
  readonly replicas?: number;

  /**
   * Connections that each pod takes; each of them costs about 40Ki.
   * @default 2000
   */
  readonly maxConnections?: number;

  /**
   * The most pods behind a listener that it looks for.
   * @default 10
   */
  readonly servers?: number;

  /**
   * Threads, each of which may use one core.
   * @default 2
   */
  readonly threads?: number;

  /**
   * Memory of each pod.
   * @default '192Mi'
   */
  readonly memory?: Quantity;

  /**
   * How long a pod that has to go lets connections end by themselves.
   * @default 60
   */
  readonly shutdownSeconds?: number;

  /**
   * The version of HAProxy.
   * @default '3.0.26'
   */
  readonly version?: VersionOf<'haproxy'>;
}

const PORT = 5432;
const READ_ONLY_PORT = 5433;

/** The user of the image. */
const USER = 99;

/** New connections still come until every node knows that the pod goes. */
const DRAIN_SECONDS = 5;

/**
 * A proxy before PgBouncer or PostgreSQL that checks each pod behind it and leaves out those that do not answer.
 * It passes bytes on: TLS and login stay between client and database. Clients go through it with the rights that
 * the database gives: `through(haproxy, db.database('shop').readWrite)`.
 *
 * A new version rolls the pods; connections end by themselves, for as long as `shutdownSeconds` lets them.
 */
export class HAProxy extends Service {
  /** The listener that leads to the primary. */
  readonly primary: Endpoint;
  readonly #readOnly: Endpoint | undefined;

  constructor(scope: Construct, id: string, props: HAProxyProps) {
    super(scope, id, { software: 'haproxy' });
    const { maxConnections = 2000, servers = 10, shutdownSeconds = 60, threads = 2 } = props;
    const { memory = '192Mi', replicas = tierOf(this).replicas } = props;
    const primary = requirePostgres(this, 'primary', props.primary);
    const readOnly = props.readOnly && requirePostgres(this, 'readOnly', props.readOnly);
    const { version = '3.0.26' } = props;
    requireCount(this, 'maxConnections', maxConnections, 1);
    requireCount(this, 'servers', servers, 1);
    requireCount(this, 'threads', threads, 1);
    requireSeconds(this, 'shutdownSeconds', shutdownSeconds, 1);
    requireQuantity(this, 'memory', memory, '64Mi');
    const listeners = [
      this.#listener('primary', PORT, primary),
      ...(readOnly ? [this.#listener('read-only', READ_ONLY_PORT, readOnly)] : []),
    ];
    this.primary = this.#at(PORT, primary);
    this.#readOnly = readOnly && this.#at(READ_ONLY_PORT, readOnly);

    connect(this, 'PRIMARY', { endpoint: primary, right: 'connect' });
    if (readOnly) connect(this, 'READ_ONLY', { endpoint: readOnly, right: 'connect' });
    for (const { leadsTo } of [this.primary, ...(this.#readOnly ? [this.#readOnly] : [])]) {
      servedBy(leadsTo, this);
    }
    const limits = { maxConnections, servers, shutdownSeconds, threads };
    deploy(
      this,
      {
        image: programImage(this, 'haproxy', version),
        replicas,
        user: USER,
        files: { '/usr/local/etc/haproxy/haproxy.cfg': configOf({ listeners, ...limits }) },
        resources: { memory, cpuLimit: `${threads}` },
        drainSeconds: DRAIN_SECONDS,
        shutdownSeconds: shutdownSeconds + 10,
      },
      {
        ports: [...ports(listeners), { name: 'http-stats', containerPort: STATS_PORT }],
        ...httpProbes(this, 'http-stats'),
      },
    );
    new k8s.Service(this, 'Service', {
      metadata: { name: this.name },
      spec: {
        selector: this.selector,
        ports: ports(listeners).map(({ containerPort, name }) => ({
          name,
          port: containerPort,
          targetPort: name,
        })),
      },
    });
    scrape(this, { name: 'http-stats', number: STATS_PORT }, {});
    alerts(
      this,
      listeners.map(({ name }) => name),
    );
  }

  /** The same, for `through(haproxy, …)`. */
  get endpoint(): Endpoint {
    return this.primary;
  }

  /** The listener that leads to replicas. */
  get readOnly(): Endpoint {
    if (this.#readOnly) return this.#readOnly;
    throw new KeelsonError(this, 'haproxy/no-replicas', {
      message: "it has no listener for what only reads: 'readOnly' was not given",
      hint: 'give it one, such as readOnly: db.replicas',
    });
  }

  #at(port: number, { leadsTo, owner }: Endpoint): Endpoint {
    const behind = leadsTo ?? owner;
    const endpoint = { owner: this, protocol: 'postgres', host: this.name, port };
    return { ...endpoint, ...(behind && { leadsTo: behind }) };
  }

  #listener(name: Listener['name'], port: number, to: Endpoint): Listener {
    const { host, leadsTo, owner, podsHost = host, port: hostPort } = to;
    if (!owner) return { name, port, host, hostPort };
    const drains = leadsTo !== undefined;
    const { namespace } = placeOf(owner);
    if (namespace !== undefined) {
      return { name, port, host: `${podsHost}.${namespace}.svc.cluster.local`, hostPort, drains };
    }
    throw new KeelsonError(this, 'haproxy/no-namespace', {
      message: `'${owner.name}' stands in no namespace, and HAProxy finds nothing by a short name`,
      hint: 'give the chart a namespace',
    });
  }
}

const PORT_NAMES = { primary: 'tcp-pg', 'read-only': 'tcp-pg-ro' } as const;

function ports(listeners: readonly Listener[]) {
  return listeners.map(({ name, port }) => ({ name: PORT_NAMES[name], containerPort: port }));
}

function requirePostgres(proxy: Service, prop: string, given: Reachable | undefined): Endpoint {
  const endpoint = given && endpointOf(given);
  if (endpoint?.protocol === 'postgres') return endpoint;
  throw new KeelsonError(proxy, 'haproxy/not-postgres', {
    message: `'${prop}' is no endpoint of PostgreSQL or PgBouncer, got ${JSON.stringify(endpoint?.host) ?? 'nothing'}`,
    hint: 'give it a `PgBouncer`, a `Postgres` or a `ManagedPostgres`',
  });
}
