import type { Construct } from 'constructs';
import * as k8s from '#imports/k8s.ts';
import type { Access } from '../core/access.ts';
import { hostSeenFrom } from '../core/host.ts';
import type { Quantity } from '../core/quantity.ts';
import { Service } from '../core/service.ts';
import type { VersionOf } from '../core/third-party-images.ts';
import { tierOf } from '../core/tier.ts';
import { serviceAccount } from '../workload/account.ts';
import { disruptionBudget } from '../workload/disruption.ts';
import { programImage } from '../workload/program-image.ts';
import { type Resources, requireQuantity, resources } from '../workload/resources.ts';
import { containerSecurity, podSecurity } from '../workload/security.ts';
import { spread } from '../workload/spread.ts';
import { requireCount } from '../workload/whole-number.ts';
import { alerts } from './memcached/alerts.ts';
import { exporter } from './memcached/exporter.ts';
import { argumentsOf, type ShardLimits } from './memcached/shard-limits.ts';

export interface MemcachedProps extends ShardLimits {
  /** Memory of each shard; items may fill 80 % of it. */
  readonly memory: Quantity;

  /**
   * How many shards. Another number gives most keys another shard: the cache is cold for a while.
   * @default - as many as the tier asks for: 3 in production
   */
  readonly shards?: number;

  /**
   * The processor share of each shard.
   * @default - what the tier gives: 100m in production
   */
  readonly cpu?: NonNullable<Resources['cpu']>;

  /**
   * The version of Memcached.
   * @default '1.6.23'
   */
  readonly version?: VersionOf<'memcached'>;
}

/** With less, there is hardly room for items beside the program itself. */
const LEAST: Quantity = '64Mi';
const PORT = 11211;
const USER = 11211;

/**
 * A cache in shards that know nothing of each other: clients hash a key over the list of shards that they
 * are given. A pod that moves loses its shard's items and no others. There is no login: who may reach it
 * may read, write and flush everything. A new version restarts one shard after the other, each of them empty.
 */
export class Memcached extends Service {
  readonly #shards: number;

  constructor(scope: Construct, id: string, props: MemcachedProps) {
    super(scope, id, { software: 'memcached' });
    const { cpu, memory, shards = tierOf(this).replicas, version = '1.6.23' } = props;
    requireQuantity(this, 'memory', memory, LEAST);
    requireCount(this, 'shards', shards, 1);
    this.#shards = shards;
    const image = programImage(this, 'memcached', version);
    const exporters = exporter(this);

    new k8s.StatefulSet(this, 'Resource', {
      metadata: { name: this.name },
      spec: {
        serviceName: this.name,
        replicas: shards,
        podManagementPolicy: 'Parallel',
        selector: { matchLabels: this.selector },
        template: {
          metadata: { labels: { ...this.selector } },
          spec: {
            serviceAccountName: this.name,
            automountServiceAccountToken: false,
            enableServiceLinks: false,
            securityContext: podSecurity(this, USER),
            terminationGracePeriodSeconds: 30,
            ...(shards > 1 && {
              topologySpreadConstraints: spread(this, this.selector, 'StatefulSet'),
            }),
            ...(exporters.length > 0 && { initContainers: exporters }),
            containers: [
              {
                name: 'memcached',
                image,
                args: argumentsOf(this, props),
                ports: [{ name: 'tcp-memcache', containerPort: PORT }],
                readinessProbe: { tcpSocket: { port: 'tcp-memcache' }, periodSeconds: 5 },
                livenessProbe: { tcpSocket: { port: 'tcp-memcache' }, periodSeconds: 10 },
                lifecycle: { preStop: { sleep: { seconds: 5 } } }, // no signal drains it
                resources: resources(this, { memory, ...(cpu !== undefined && { cpu }) }),
                securityContext: containerSecurity(),
                volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }],
              },
            ],
            volumes: [{ name: 'tmp', emptyDir: {} }],
          },
        },
      },
    });
    new k8s.Service(this, 'Service', {
      metadata: { name: this.name },
      spec: {
        clusterIP: 'None', // every shard has a name of its own
        publishNotReadyAddresses: true, // a shard that is away must not change what the others hold
        selector: this.selector,
        ports: [{ name: 'tcp-memcache', port: PORT, targetPort: 'tcp-memcache' }],
      },
    });
    serviceAccount(this, {});
    if (shards > 1) disruptionBudget(this);
    alerts(this, { shards });
  }

  /**
   * All of it. `_SERVERS` lists the shards, `cache-0.cache:11211,…`: every client has to hash over this list.
   * There is no `_HOST`: behind one name are all of them, and each holds other keys.
   */
  get readWrite(): Access {
    return {
      endpoint: { owner: this, protocol: 'memcache', host: this.name, port: PORT, listed: true },
      right: 'readWrite',
      grant: (client) => ({ values: { SERVERS: this.#servers(client).join(',') }, keys: {} }),
    };
  }

  /** The shards as a client says their names. */
  #servers(client: Service): string[] {
    const host = hostSeenFrom(client, this, this.name);
    return Array.from({ length: this.#shards }, (_, at) => `${this.name}-${at}.${host}:${PORT}`);
  }
}
