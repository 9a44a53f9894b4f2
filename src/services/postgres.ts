import type { Construct } from 'constructs';
import type { Access, Endpoint } from '../core/access.ts';
import { needs } from '../core/operator.ts';
import { placeOf } from '../core/place.ts';
import type { Cpu, Quantity } from '../core/quantity.ts';
import { madeBy, SecretDeclaration } from '../core/secret.ts';
import { Service, type StatefulProps } from '../core/service.ts';
import type { VersionOf } from '../core/third-party-images.ts';
import { tierOf } from '../core/tier.ts';
import { cloudnativePg } from '../operators/cloudnative-pg.ts';
import { programImage } from '../workload/program-image.ts';
import { requireCpu, requireQuantity } from '../workload/resources.ts';
import { scrape } from '../workload/scraping.ts';
import { requireCount } from '../workload/whole-number.ts';
import { alerts } from './postgres/alerts.ts';
import { backUp, type PostgresBackupProps } from './postgres/backup.ts';
import { cluster } from './postgres/cluster.ts';
import { database } from './postgres/databases.ts';
import { restoreDrill } from './postgres/drill.ts';
import { requireInstances } from './postgres/instances.ts';
import { requireDatabases, requireDeclared } from './postgres/names.ts';
import { instanceLabels, openings, POSTGRES_PORT } from './postgres/network.ts';
import { requireParameters } from './postgres/parameters.ts';
import { rights } from './postgres/rights.ts';
import { authorityOf, grantTo, type Right } from './postgres/users.ts';

export interface PostgresProps<D extends string> extends StatefulProps {
  /** The databases that clients can be given: a-z, 0-9 and '_'. One that is taken out keeps its data, closed. */
  readonly databases: readonly [D, ...D[]];

  /**
   * How many instances to run: one primary, the rest standbys. From 3 on, a write counts once half of the
   * others have it, and a failover loses nothing.
   * @default - as many as the tier asks for: 3 in production, 1 in review
   */
  readonly instances?: number;

  /**
   * Size of each instance's data volume. It can grow later, never shrink.
   * @default - what the tier gives: 20Gi in production
   */
  readonly storage?: Quantity;

  /**
   * Size of each instance's volume for the write-ahead log. It can be added and grow, never go.
   * @default - '10Gi', in review none: the log lies beside the data
   */
  readonly walStorage?: Quantity;

  /**
   * Memory of each instance, of which PostgreSQL shares a quarter.
   * @default '1Gi', in review '512Mi'
   */
  readonly memory?: Quantity;

  /**
   * The processor of each instance: no less and no more.
   * @default '1', in review '200m'
   */
  readonly cpu?: Cpu;

  /**
   * The most connections at a time. Each costs memory; a pooler shares few among many clients.
   * @default 200
   */
  readonly maxConnections?: number;

  /**
   * Further settings of PostgreSQL, such as `{ work_mem: '16MB' }`, of those that neither the operator sets nor
   * void the safety of writes.
   * @default - none
   */
  readonly parameters?: Readonly<Record<string, string>>;

  /**
   * Backups and the archive of the write-ahead log; `false` says that the data may be lost.
   * @default - every night where the environment has a bucket, and never in review
   */
  readonly backup?: false | PostgresBackupProps;

  /**
   * The version of PostgreSQL.
   * @default '18.4'
   */
  readonly version?: VersionOf<'postgres'>;
}

/** What a client may do in one database. */
export interface DatabaseAccesses {
  /** Reads all there is and will be, at the primary: what was written a moment ago is there. */
  readonly read: Access;
  /** Owns all there is: reads, writes, and changes tables. */
  readonly readWrite: Access;
  /** Reads at a standby, where what was written a moment ago may be missing; at the primary where it is alone. */
  readonly readFromReplicas: Access;
}

/** With less, an instance does not start beside its manager. */
const LEAST: Quantity = '256Mi';

/**
 * A PostgreSQL cluster, run by CloudNativePG: a primary, standbys that take over, databases, and a role for
 * each client that may do what it was given and nothing else. Clients speak TLS; what they make belongs to the
 * database and not to them.
 *
 * A new minor version replaces standbys first and then switches over: writes stop for seconds. A new major one
 * stops all instances for the upgrade and has no way back but a backup: try it on a copy first.
 */
export class Postgres<const D extends string = string> extends Service {
  /** Where the primary answers, for proxies: it grants nothing. */
  readonly endpoint: Endpoint;
  /** Where standbys answer, for proxies; the primary where it is alone. */
  readonly replicas: Endpoint;
  readonly #databases: readonly string[];

  constructor(scope: Construct, id: string, props: PostgresProps<D>) {
    super(scope, id, {
      software: 'postgres',
      podLabels: instanceLabels(props.renamedFrom ?? id),
      stateful: props,
    });
    const review = placeOf(this).tier === 'review';
    const { cpu = review ? '200m' : '1', maxConnections = 200, version = '18.4' } = props;
    const { memory = review ? '512Mi' : '1Gi', storage = tierOf(this).storage } = props;
    const { walStorage = review ? undefined : '10Gi', parameters = {} } = props;
    const databases = requireDatabases(this, props.databases);
    const instances = requireInstances(this, props.instances ?? tierOf(this).replicas);
    requireQuantity(this, 'memory', memory, LEAST);
    requireQuantity(this, 'storage', storage);
    if (walStorage !== undefined) requireQuantity(this, 'walStorage', walStorage);
    requireCpu(this, 'cpu', cpu);
    requireCount(this, 'maxConnections', maxConnections, 20);
    requireParameters(this, parameters);
    const image = programImage(this, 'postgres', version);
    this.#databases = databases;
    this.endpoint = this.#at('rw');
    this.replicas = this.#at(instances > 1 ? 'ro' : 'r');

    needs(this, cloudnativePg);
    const backup = backUp(this, props.backup);
    const sizes = { storage, walStorage, memory, cpu, maxConnections };
    const spec = backup.spec;
    cluster(this, { image, instances, databases, parameters, ...sizes, backup: spec });
    for (const name of databases) database(this, name);
    const keys = { 'ca.crt': madeBy('cloudnative-pg') };
    new SecretDeclaration(this, { name: authorityOf(this), keys });
    rights(this, { image, databases, endpoint: this.endpoint });
    openings(this);
    if (backup.drill)
      restoreDrill(this, { ...backup.drill, image, databases, parameters, ...sizes });
    scrape(this, { name: 'metrics', number: 9187 }, {});
    alerts(this, { instances, maxConnections, maxAgeHours: backup.maxAgeHours });
  }

  /** One of the declared databases, with what clients can be given in it. */
  database(name: D): DatabaseAccesses {
    requireDeclared(this, this.#databases, name);
    return {
      read: this.#access(name, 'read', this.endpoint),
      readWrite: this.#access(name, 'readWrite', this.endpoint),
      readFromReplicas: this.#access(name, 'read', this.replicas),
    };
  }

  #access(name: string, right: Right, endpoint: Endpoint): Access {
    const { host } = endpoint;
    return {
      endpoint,
      right: `${name}:${right}`,
      values: { NAME: name },
      grant: (client) => grantTo(this, client, { database: name, right, host }),
    };
  }

  /** The operator's Service for some of the instances. */
  #at(suffix: 'rw' | 'ro' | 'r'): Endpoint {
    const host = `${this.name}-${suffix}`;
    return { owner: this, protocol: 'postgres', host, port: POSTGRES_PORT };
  }
}
