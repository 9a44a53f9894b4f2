import { Cluster, type ClusterSpec } from '#imports/postgresql.cnpg.io.ts';
import { spreadsOverZones } from '../../core/cluster.ts';
import { RETIRE } from '../../core/labels.ts';
import { late } from '../../core/late.ts';
import { placeOf } from '../../core/place.ts';
import { type Cpu, formatQuantity, parseQuantity, type Quantity } from '../../core/quantity.ts';
import { ServedName } from '../../core/served-name.ts';
import type { Service } from '../../core/service.ts';
import { admissions } from './databases.ts';
import { confirmations } from './instances.ts';

export interface ClusterOptions {
  readonly image: string;
  readonly instances: number;
  readonly databases: readonly string[];
  readonly storage: Quantity;
  readonly walStorage: Quantity | undefined;
  readonly memory: Quantity;
  readonly cpu: Cpu;
  readonly maxConnections: number;
  readonly parameters: Readonly<Record<string, string>>;
  readonly backup: Pick<ClusterSpec, 'plugins' | 'serviceAccountTemplate'>;
}

/** The instances, which the operator runs, watches and replaces. It brings budgets of its own for them. */
export function cluster(postgres: Service, options: ClusterOptions): void {
  const { backup, cpu, image, instances, memory, storage, walStorage } = options;
  const retire = postgres.stateful?.retire && { [RETIRE]: 'true' };
  const amount = { cpu, memory };
  new Cluster(postgres, 'Resource', {
    metadata: { name: postgres.name, ...(retire && { annotations: retire }) },
    spec: {
      instances,
      imageName: image,
      primaryUpdateMethod: instances > 1 ? 'switchover' : 'restart',
      enableSuperuserAccess: false,
      // A database that nobody uses: the real ones are objects of their own, and may come and go.
      bootstrap: { initdb: { database: 'initial', owner: 'initial', dataChecksums: true } },
      storage: { size: storage },
      ...(walStorage !== undefined && { walStorage: { size: walStorage } }),
      certificates: late(() => certificates(postgres)) as Certificates,
      resources: { requests: amount, limits: amount }, // the last ones to be evicted
      postgresql: {
        ...quorum(instances),
        parameters: parameters(options),
        pg_hba: admissions(options.databases),
      },
      ...(instances > 1 && placement(postgres)),
      ...backup,
    },
  });
}

type Certificates = NonNullable<ClusterSpec['certificates']>;

/** The operator signs it; whoever comes by way of a proxy checks the proxy's name. */
function certificates(postgres: Service): Certificates | undefined {
  const serverAltDNSNames = ServedName.of(postgres);
  return serverAltDNSNames.length > 0 ? { serverAltDNSNames } : undefined;
}

/** A write counts once enough others have it, and nobody becomes primary who might lack it. */
function quorum(instances: number): Pick<NonNullable<ClusterSpec['postgresql']>, 'synchronous'> {
  const number = confirmations(instances);
  if (number === 0) return {};
  return {
    synchronous: { method: 'any', number, dataDurability: 'required', failoverQuorum: true },
  };
}

type Settings = Pick<ClusterOptions, 'maxConnections' | 'memory' | 'parameters'>;

export function parameters({ maxConnections, memory, ...options }: Settings) {
  const quarter = formatQuantity(((parseQuantity(memory) ?? 0n) / 4n / 2n ** 20n) * 2n ** 20n);
  return {
    ...options.parameters,
    max_connections: String(maxConnections),
    shared_buffers: quarter.replace(/i$/, 'B'), // PostgreSQL's MB are our Mi
  };
}

/** Never two on one host; one for each zone where nodes say which they stand in. */
function placement(postgres: Service): Pick<ClusterSpec, 'affinity' | 'topologySpreadConstraints'> {
  const zones = spreadsOverZones(placeOf(postgres).cluster);
  return {
    affinity: { podAntiAffinityType: 'required', topologyKey: 'kubernetes.io/hostname' },
    ...(zones && {
      topologySpreadConstraints: [
        {
          topologyKey: 'topology.kubernetes.io/zone',
          maxSkew: 1,
          whenUnsatisfiable: 'DoNotSchedule',
          nodeTaintsPolicy: 'Honor',
          labelSelector: { matchLabels: { ...postgres.podLabels } },
        },
      ],
    }),
  };
}
