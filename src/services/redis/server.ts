import * as k8s from '#imports/k8s.ts';
import { RETIRE } from '../../core/labels.ts';
import { placeOf } from '../../core/place.ts';
import type { Quantity } from '../../core/quantity.ts';
import type { Service } from '../../core/service.ts';
import { configFiles } from '../../workload/config-files.ts';
import { disruptionBudget } from '../../workload/disruption.ts';
import { resources } from '../../workload/resources.ts';
import { containerSecurity } from '../../workload/security.ts';
import { FIXED_USERS, OWN_USERS } from './acl.ts';
import { configOf, type RedisModule } from './config.ts';
import { exporter } from './exporter.ts';
import { execProbe, followUsers, MOUNTS, REDIS_PORT, RUN, redisPod, selfAs } from './pod.ts';
import {
  ALIVE,
  BEFORE_STOP,
  IN_STEP,
  LOADED,
  SERVES,
  START_SERVER,
  START_SINGLE,
} from './scripts.ts';
import { setEnv } from './sentinel.ts';
import { RedisUser, usersVolume } from './users.ts';

export interface ServerOptions {
  readonly image: string;
  readonly memory: Quantity;
  readonly storage: Quantity;
  readonly whenFull: string;
  readonly modules: readonly RedisModule[];
  /** How many servers; one is a set of its own. */
  readonly replicas: number;
  /** How many Sentinels watch them; none for a single server. */
  readonly sentinels: number;
}

/** The servers: a StatefulSet, and a Service in front of all of them. */
export function serverSet(redis: Service, options: ServerOptions): void {
  const { replicas, storage } = options;
  const retire = redis.stateful?.retire && { [RETIRE]: 'true' };
  const config = configFiles(redis, {
    [CONFIG]: configOf({ ...options, replicated: replicas > 1 }),
  });
  const users = {
    name: `${redis.name}-users`,
    fixed: FIXED_USERS,
    own: OWN_USERS,
    clients: () => RedisUser.of(redis),
  };

  new k8s.StatefulSet(redis, 'Resource', {
    metadata: { name: redis.name, ...(retire && { annotations: retire }) },
    spec: {
      serviceName: redis.name,
      replicas,
      podManagementPolicy: 'Parallel', // who leads is not decided by a number
      selector: { matchLabels: redis.selector },
      template: {
        metadata: { labels: { ...redis.selector }, annotations: config.annotations },
        spec: redisPod(
          redis,
          redis.selector,
          {
            terminationGracePeriodSeconds: 60, // hands over, and writes a last snapshot on the way out
            initContainers: [followUsers(redis, options.image, REDIS_PORT), ...exporter(redis)],
            containers: [container(redis, options, config.mounts)],
            volumes: [
              { name: 'tmp', emptyDir: {} },
              RUN,
              ...config.volumes,
              usersVolume(redis, users),
            ],
          },
          replicas,
        ),
      },
      volumeClaimTemplates: [claim(storage)],
      ...(placeOf(redis).tier === 'review' && THROW_AWAY),
    },
  });
  service(redis, redis.name, {});
  if (replicas === 1) return;
  for (let at = 0; at < replicas; at++) nameOfServer(redis, `${redis.name}-${at}`);
  disruptionBudget(redis, { unhealthy: 'IfHealthyBudget' });
}

const CONFIG = '/etc/redis/redis.conf';

function container(
  redis: Service,
  { image, memory, replicas, sentinels }: ServerOptions,
  config: readonly k8s.VolumeMount[],
): k8s.Container {
  const several = replicas > 1;
  const env = [
    ...selfAs('$(POD_NAME).$(POD_NAMESPACE).svc.cluster.local'),
    ...setEnv(redis, sentinels),
  ];
  return {
    name: 'redis',
    image,
    command: ['sh', '-c', several ? START_SERVER : START_SINGLE],
    ...(several && {
      env,
      lifecycle: { preStop: { exec: { command: ['sh', '-c', BEFORE_STOP] } } },
    }),
    ports: [{ name: 'tcp-redis', containerPort: REDIS_PORT }],
    startupProbe: { ...execProbe(LOADED), periodSeconds: 2, failureThreshold: 150 }, // loading a large file takes its time
    readinessProbe: { ...execProbe(several ? IN_STEP : SERVES), periodSeconds: 5 },
    livenessProbe: { ...execProbe(ALIVE), periodSeconds: 10, failureThreshold: 6 },
    resources: resources(redis, { memory }),
    securityContext: containerSecurity(),
    volumeMounts: [...MOUNTS, ...config],
  };
}

/** A name for each server that resolves while it is down: without it a fail-over from it would stop half-way. */
function nameOfServer(redis: Service, name: string): void {
  service(redis, name, { 'statefulset.kubernetes.io/pod-name': name });
}

function service(redis: Service, name: string, pod: Readonly<Record<string, string>>): void {
  const one = Object.keys(pod).length > 0;
  new k8s.Service(redis, one ? `Service-${name}` : 'Service', {
    metadata: { name },
    spec: {
      ...(one && { publishNotReadyAddresses: true }),
      selector: { ...redis.selector, ...pod },
      ports: [{ name: 'tcp-redis', port: REDIS_PORT, targetPort: 'tcp-redis' }],
    },
  });
}

function claim(storage: Quantity): k8s.PersistentVolumeClaimTemplate {
  return {
    metadata: { name: 'data' },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage } } },
  };
}

/** What a review environment leaves behind is nothing. */
const THROW_AWAY: Pick<k8s.StatefulSetSpec, 'persistentVolumeClaimRetentionPolicy'> = {
  persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Delete', whenScaled: 'Retain' },
};
