import type { Construct } from 'constructs';
import type { Access, Endpoint } from '../core/access.ts';
import { spreadsOverZones } from '../core/cluster.ts';
import { KeelsonError } from '../core/errors.ts';
import { placeOf } from '../core/place.ts';
import type { Quantity } from '../core/quantity.ts';
import { Service, type StatefulProps } from '../core/service.ts';
import type { VersionOf } from '../core/third-party-images.ts';
import { tierOf } from '../core/tier.ts';
import { serviceAccount } from '../workload/account.ts';
import { type BackupProps, backUp } from '../workload/backup.ts';
import { programImage } from '../workload/program-image.ts';
import { requireQuantity } from '../workload/resources.ts';
import { requireSeconds } from '../workload/whole-number.ts';
import type { Right } from './redis/acl.ts';
import { alerts } from './redis/alerts.ts';
import { backupPlan } from './redis/backup.ts';
import { type RedisModule, requireModules } from './redis/config.ts';
import { REDIS_PORT, SENTINEL_PORT } from './redis/pod.ts';
import { sentinelHosts, sentinelSelector, sentinelSet } from './redis/sentinel.ts';
import { serverSet } from './redis/server.ts';
import { requireReplicas, requireSentinels } from './redis/set-size.ts';
import { declareInternal, grantTo, requirePattern } from './redis/users.ts';

export interface RedisProps extends StatefulProps {
  /** Memory of each server; the data may fill 70 % of it. */
  readonly memory: Quantity;

  /**
   * One server, or several of which Sentinels make another one the master when it fails. Clients of a
   * replicated Redis must speak Sentinel: they get `_SENTINELS` and `_MASTER`, and no `_HOST`, `_PORT` or `_URL`.
   * @default - what the tier asks for: 'single' in review, 'replicated' elsewhere
   */
  readonly availability?: 'single' | 'replicated';

  /**
   * Servers of a replicated Redis: one master, the rest replicas.
   * @default 3
   */
  readonly replicas?: number;

  /**
   * Sentinels of a replicated Redis; more than half must agree. An odd number, 3 or more.
   * @default 3
   */
  readonly sentinels?: number;

  /**
   * How long the master may be silent before another server takes over.
   * @default 5
   */
  readonly downAfterSeconds?: number;

  /**
   * Size of each server's volume for snapshots and the append-only file; several times the memory.
   * Kubernetes does not change it afterwards: to grow it, edit the claim itself.
   * @default - what the tier gives: 20Gi in production
   */
  readonly storage?: Quantity;

  /**
   * What happens when the memory is full: writes fail, or the keys used longest ago go.
   * @default 'noeviction'
   */
  readonly whenFull?: 'noeviction' | 'allkeys-lru';

  /**
   * Backups and restore drills, where the environment has a bucket for them; false for data that may be
   * lost, such as a cache. A drill compares what it restores with what was there when it was saved: of a Redis
   * that has lost all keys it restores nothing, and passes.
   * @default - what the tier asks for: every hour in production, every night in preproduction
   */
  readonly backup?: false | BackupProps;

  /**
   * Modules of Redis Stack to load. A search looks into all that its index covers, whatever keys the
   * client was given.
   * @default - none
   */
  readonly modules?: readonly RedisModule[];

  /**
   * The version of Redis Stack.
   * @default '7.2.0'
   */
  readonly version?: VersionOf<'redis'>;
}

/** With less, the server leaves no room for data. */
const LEAST: Quantity = '64Mi';

/**
 * A Redis whose data outlives its pods: one server, or a master with replicas under Sentinels. Each client
 * has a user of its own that may do what it was given and nothing else. A new client restarts the servers,
 * one after the other; another right or password does not.
 *
 * A new version restarts them too, from the highest number down, whoever leads; a master hands over when its
 * turn comes. Replicas of an older version may be unable to follow a newer master until their own turn.
 * Snapshots of 7.2 cannot be read by an older one: going back means restoring a backup.
 */
export class Redis extends Service {
  readonly #endpoint: Endpoint;

  constructor(scope: Construct, id: string, props: RedisProps) {
    super(scope, id, { software: 'redis', stateful: props });
    const { downAfterSeconds = 5, memory, modules = [], version = '7.2.0' } = props;
    const { availability = availabilityIn(this), whenFull = 'noeviction' } = props;
    const { storage = tierOf(this).storage } = props;
    requireQuantity(this, 'memory', memory, LEAST);
    requireQuantity(this, 'storage', storage);
    requireSeconds(this, 'downAfterSeconds', downAfterSeconds, 1);
    requireModules(this, modules);
    const replicated = isReplicated(this, availability);
    const replicas = replicated ? requireReplicas(this, props.replicas ?? 3) : 1;
    const sentinels = replicated ? requireSentinels(this, props.sentinels ?? 3) : 0;
    const image = programImage(this, 'redis', version);
    this.#endpoint = replicated ? sentinelEndpoint(this, sentinels) : endpointOf(this);

    declareInternal(this);
    serverSet(this, { image, memory, storage, whenFull, modules, replicas, sentinels });
    if (replicated) sentinelSet(this, { image, sentinels, downAfterSeconds });
    serviceAccount(this, {});
    alerts(this, { replicas });
    backUp(
      this,
      backupPlan({ image, memory, storage, modules, source: this.#access('*', 'backup') }),
      props.backup,
    );
  }

  /**
   * Keys that match a pattern, and the channels that match it. `read` may listen, `readWrite` publish as
   * well; who is not given '*' cannot list the names of keys.
   */
  keys(pattern: string): { readonly read: Access; readonly readWrite: Access } {
    requirePattern(this, pattern);
    return { read: this.#access(pattern, 'read'), readWrite: this.#access(pattern, 'readWrite') };
  }

  /** All data to be read, and what the server knows of itself: for pages that people look at. */
  get inspect(): Access {
    return this.#access('*', 'inspect');
  }

  #access(pattern: string, right: Right): Access {
    const endpoint = this.#endpoint;
    const urlPort = endpoint.listed ? undefined : endpoint.port;
    return {
      endpoint,
      right: `${pattern}:${right}`,
      grant: (client) => grantTo(this, client, { pattern, right, urlPort }),
    };
  }
}

function availabilityIn(redis: Service): 'single' | 'replicated' {
  return placeOf(redis).tier === 'review' ? 'single' : 'replicated';
}

function isReplicated(redis: Service, availability: unknown): boolean {
  if (availability === 'single') return false;
  if (availability !== 'replicated') {
    throw new KeelsonError(redis, 'redis/bad-availability', {
      message: `'availability' must be 'single' or 'replicated', got ${JSON.stringify(availability)}`,
      hint: 'leave it out for what the tier asks for',
    });
  }
  const { cluster, tier } = placeOf(redis);
  if (tier === 'production' && spreadsOverZones(cluster) && cluster.zones.length < 3) {
    throw new KeelsonError(redis, 'redis/too-few-zones', {
      message: `'availability' is 'replicated', and cluster '${cluster.name}' has ${cluster.zones.length} zones: losing one would take half of the Sentinels`,
      hint: "give the cluster a third zone, or say availability: 'single' and live with the outage",
    });
  }
  return true;
}

function endpointOf(redis: Service): Endpoint {
  return { owner: redis, protocol: 'redis', host: redis.name, port: REDIS_PORT, tls: false };
}

/** Behind one name are the master and its replicas; who leads, only Sentinels know. */
function sentinelEndpoint(redis: Service, sentinels: number): Endpoint {
  const hosts = sentinelHosts(redis, sentinels, placeOf(redis).namespace);
  return {
    ...endpointOf(redis),
    listed: true,
    values: {
      MASTER: redis.name,
      SENTINELS: hosts.map((host) => `${host}:${SENTINEL_PORT}`).join(','),
    },
    pods: [
      { labels: redis.podLabels, ports: [REDIS_PORT] },
      { labels: sentinelSelector(redis), ports: [SENTINEL_PORT] },
    ],
  };
}
