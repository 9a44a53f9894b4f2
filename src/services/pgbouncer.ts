import type { Construct } from 'constructs';
import * as k8s from '#imports/k8s.ts';
import { Pooler, type PoolerSpec, type PoolerSpecTemplate } from '#imports/postgresql.cnpg.io.ts';
import { type Endpoint, endpointOf, type Reachable } from '../core/access.ts';
import { connect } from '../core/connection.ts';
import { KeelsonError } from '../core/errors.ts';
import { NetworkOpening } from '../core/opening.ts';
import { needs } from '../core/operator.ts';
import { placeOf } from '../core/place.ts';
import type { Quantity } from '../core/quantity.ts';
import { servedBy } from '../core/served-name.ts';
import { Service } from '../core/service.ts';
import type { VersionOf } from '../core/third-party-images.ts';
import { tierOf } from '../core/tier.ts';
import { cloudnativePg } from '../operators/cloudnative-pg.ts';
import { disruptionBudget } from '../workload/disruption.ts';
import { programImage } from '../workload/program-image.ts';
import { type Resources, requireQuantity, resources } from '../workload/resources.ts';
import { scrape } from '../workload/scraping.ts';
import { spread } from '../workload/spread.ts';
import { requireCount } from '../workload/whole-number.ts';
import { alerts } from './pgbouncer/alerts.ts';
import { type PgBouncerParameters, parametersOf } from './pgbouncer/parameters.ts';

export interface PgBouncerProps {
  /** What it stands before: a `Postgres`, or its `db.replicas` for what only reads. */
  readonly database: Reachable;

  /**
   * How many pods to run.
   * @default - as many as the tier asks for: 3 in production
   */
  readonly instances?: number;

  /**
   * When a connection to the database is free for the next client: after each transaction, or when its client
   * is gone. What a session keeps, such as `SET` and server-side cursors, works with 'session' only.
   * @default 'transaction'
   */
  readonly poolMode?: 'transaction' | 'session';

  /**
   * Connections to the database that each pod has for each user in each database.
   * @default 25
   */
  readonly poolSize?: number;

  /**
   * Clients that each pod takes.
   * @default 1000
   */
  readonly maxClients?: number;

  /**
   * Further settings of PgBouncer, of those that 1.22 knows.
   * @default - none
   */
  readonly parameters?: PgBouncerParameters;

  /**
   * Memory of each pod.
   * @default '128Mi'
   */
  readonly memory?: Quantity;

  /**
   * The processor share of each pod.
   * @default - what the tier gives: 100m in production
   */
  readonly cpu?: NonNullable<Resources['cpu']>;

  /**
   * The version of PgBouncer. Those that the operator's project had built lack the fix that `image-flawed` names:
   * lock the image to the tag of 1.26.1 once there is one.
   * @default '1.25.1'
   */
  readonly version?: VersionOf<'pgbouncer'>;
}

const PORT = 5432;

/** A pod that is told to go serves on until every proxy knows, then ends transactions that run. */
const DRAIN_SECONDS = 10;
const GRACE_SECONDS = 120;

/**
 * A pooler before a `Postgres`: many clients share few connections. It asks the database who may come in, so a
 * client has the same user and the same rights as without it: `through(pooler, db.database('shop').readWrite)`.
 *
 * A new version rolls the pods; each ends its transactions first, and clients connect again.
 */
export class PgBouncer extends Service {
  readonly endpoint: Endpoint;

  constructor(scope: Construct, id: string, props: PgBouncerProps) {
    super(scope, id, { software: 'pgbouncer', podLabels: { 'cnpg.io/poolerName': id } });
    const { instances = tierOf(this).replicas, version = '1.25.1' } = props;
    const database = endpointOf(props.database);
    const { cpu, memory = '128Mi', poolMode = 'transaction' } = props;
    const { owner, type } = clusterBehind(this, database);
    requireCount(this, 'instances', instances, 1);
    requireQuantity(this, 'memory', memory);
    requireMode(this, poolMode);
    const parameters = parametersOf(this, props);
    const image = programImage(this, 'pgbouncer', version);
    const limits = resources(this, { memory, ...(cpu !== undefined && { cpu }) });
    const podsHost = `${this.name}-pods`;
    this.endpoint = {
      owner: this,
      protocol: 'postgres',
      host: id,
      port: PORT,
      podsHost,
      leadsTo: owner,
    };

    needs(this, cloudnativePg);
    new Pooler(this, 'Resource', {
      metadata: { name: this.name },
      spec: {
        cluster: { name: owner.name },
        type,
        instances,
        pgbouncer: { image, poolMode, parameters },
        template: template(this, limits, instances),
        deploymentStrategy: ROLLING,
      },
    });
    new k8s.Service(this, 'Pods', {
      metadata: { name: podsHost },
      spec: {
        clusterIP: 'None', // every pod by itself, for balancers that check each
        selector: this.podLabels,
        ports: [{ name: 'tcp-pg', port: PORT, targetPort: 'pgbouncer' }],
      },
    });
    connect(this, 'DATABASE', { endpoint: database, right: 'connect' });
    servedBy(owner, this);
    reachApiServer(this);
    if (instances > 1) disruptionBudget(this, { selector: this.podLabels });
    scrape(this, { name: 'metrics', number: 9127 }, {});
    alerts(this, { instances });
  }
}

/** Never fewer pods than before. */
const ROLLING: NonNullable<PoolerSpec['deploymentStrategy']> = {
  type: 'RollingUpdate',
  rollingUpdate: { maxSurge: '25%', maxUnavailable: 0 },
};

/** What the operator completes: image, command, user and security are its own. */
function template(
  pooler: PgBouncer,
  limits: k8s.ResourceRequirements,
  instances: number,
): PoolerSpecTemplate {
  return {
    spec: {
      enableServiceLinks: false,
      terminationGracePeriodSeconds: GRACE_SECONDS,
      ...(instances > 1 && {
        topologySpreadConstraints: spread(pooler, pooler.podLabels, 'Deployment'),
      }),
      containers: [
        {
          name: 'pgbouncer',
          resources: limits,
          livenessProbe: ALIVE,
          lifecycle: { preStop: { sleep: { seconds: DRAIN_SECONDS } } },
        },
      ],
    },
  };
}

type ContainerOf = NonNullable<PoolerSpecTemplate['spec']>['containers'][number];

/**
 * A pooler that hangs keeps what its clients wait for: its pod asks it as clients do, whether it speaks TLS, and
 * ends it at once where it does not say. Its answer is one letter.
 */
const ALIVE: NonNullable<ContainerOf['livenessProbe']> = {
  exec: {
    command: [
      'bash',
      '-c',
      "exec 3<>/dev/tcp/127.0.0.1/5432 && printf '\\0\\0\\0\\10\\4\\322\\26\\57' >&3 && read -r -N 1 -t 4 <&3",
    ],
  },
  initialDelaySeconds: 15,
  periodSeconds: 5,
  timeoutSeconds: 5,
  failureThreshold: 3,
  terminationGracePeriodSeconds: 1,
};

type PoolerType = NonNullable<PoolerSpec['type']>;

/** The operator's Services say by their ends which instances they lead to. */
function clusterBehind(
  pooler: Service,
  { host, owner, protocol }: Endpoint,
): { owner: Service; type: PoolerType } {
  const type = (['rw', 'ro', 'r'] as const).find((end) => host === `${owner?.name}-${end}`);
  const near = owner && placeOf(owner).namespace === placeOf(pooler).namespace;
  if (owner && type && near && protocol === 'postgres') return { owner, type };
  const what = owner && type && !near ? `'${owner.name}' in another namespace` : `'${host}'`;
  throw new KeelsonError(pooler, 'pgbouncer/no-cluster', {
    message: `'database' leads to ${what}; the operator pools a 'Postgres' of the same namespace only`,
    hint: 'give it the `Postgres` or its `replicas`, and a layer of the same namespace',
  });
}

function requireMode(pooler: Service, given: unknown): void {
  if (given === 'transaction' || given === 'session') return;
  throw new KeelsonError(pooler, 'pgbouncer/bad-pool-mode', {
    message: `'poolMode' must be 'transaction' or 'session', got ${JSON.stringify(given)}`,
    hint: 'leave it out for what shares connections best',
  });
}

/** Each pod learns its configuration there. */
function reachApiServer(pooler: Service): void {
  const { apiServer } = placeOf(pooler).cluster.network;
  const [first, ...others] = apiServer.cidrs;
  const peers = [{ cidr: first }, ...others.map((cidr) => ({ cidr }))] as const;
  new NetworkOpening(pooler, 'kube-api', { direction: 'out', peers, ports: [apiServer.port] });
}
