import * as k8s from '#imports/k8s.ts';
import { RETIRE, type Selector, selectorOf } from '../../core/labels.ts';
import { NetworkOpening } from '../../core/opening.ts';
import type { Service } from '../../core/service.ts';
import { disruptionBudget } from '../../workload/disruption.ts';
import { resources } from '../../workload/resources.ts';
import { containerSecurity } from '../../workload/security.ts';
import { SENTINEL_USERS } from './acl.ts';
import {
  execProbe,
  followUsers,
  MOUNTS,
  REDIS_PORT,
  RUN,
  redisPod,
  SENTINEL_PORT,
  selfAs,
} from './pod.ts';
import { START_SENTINEL } from './scripts.ts';
import { usersVolume } from './users.ts';

export interface SentinelOptions {
  readonly image: string;
  readonly sentinels: number;
  readonly downAfterSeconds: number;
}

const nameOf = (redis: Service): string => `${redis.name}-sentinel`;

export const sentinelSelector = (redis: Service): Selector =>
  selectorOf('redis-sentinel', redis.name);

/** More than half: fewer may not name a master, so two halves of a split network never name two. */
export const quorumOf = (sentinels: number): number => Math.floor(sentinels / 2) + 1;

/** Hosts in the same namespace, or with the namespace for everybody. */
export function sentinelHosts(redis: Service, sentinels: number, namespace?: string): string[] {
  const domain = namespace === undefined ? '' : `.${namespace}.svc.cluster.local`;
  return Array.from(
    { length: sentinels },
    (_, at) => `${nameOf(redis)}-${at}.${nameOf(redis)}${domain}`,
  );
}

/** What servers and Sentinels have to know of each other. */
export function setEnv(redis: Service, sentinels: number): k8s.EnvVar[] {
  return [
    { name: 'SET', value: redis.name },
    { name: 'SENTINELS', value: sentinelHosts(redis, sentinels).join(' ') },
    { name: 'QUORUM', value: String(quorumOf(sentinels)) },
  ];
}

/** The Sentinels of a set: they watch the servers, name the master, and are asked for it. */
export function sentinelSet(redis: Service, options: SentinelOptions): void {
  const { image, sentinels } = options;
  const name = nameOf(redis);
  const selector = sentinelSelector(redis);
  const { everybody, ...own } = SENTINEL_USERS;
  const users = { name: `${name}-users`, fixed: `${everybody}\n`, own, clients: () => [] };

  new k8s.StatefulSet(redis, 'Sentinels', {
    // What its volume holds, the others know as well: it may go without having been retired.
    metadata: { name, annotations: { [RETIRE]: 'true' } },
    spec: {
      serviceName: name,
      replicas: sentinels,
      podManagementPolicy: 'Parallel',
      selector: { matchLabels: selector },
      template: {
        metadata: { labels: { ...selector } },
        spec: redisPod(
          redis,
          selector,
          {
            terminationGracePeriodSeconds: 10,
            initContainers: [followUsers(redis, image, SENTINEL_PORT)],
            containers: [container(redis, options)],
            volumes: [{ name: 'tmp', emptyDir: {} }, RUN, usersVolume(redis, users)],
          },
          sentinels,
        ),
      },
      volumeClaimTemplates: [
        {
          metadata: { name: 'data' },
          spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
        },
      ],
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Delete', whenScaled: 'Delete' },
    },
  });
  new k8s.Service(redis, 'SentinelService', {
    metadata: { name },
    spec: {
      clusterIP: 'None',
      publishNotReadyAddresses: true, // they find each other before anybody is ready
      selector,
      ports: [{ name: 'tcp-sentinel', port: SENTINEL_PORT, targetPort: 'tcp-sentinel' }],
    },
  });
  disruptionBudget(redis, { name, selector, unhealthy: 'IfHealthyBudget' });
  peers(redis, selector);
}

function container(redis: Service, options: SentinelOptions): k8s.Container {
  const { downAfterSeconds, image, sentinels } = options;
  const ping = 'redis-cli -p 26379 ping | grep -q PONG';
  return {
    name: 'sentinel',
    image,
    command: ['sh', '-c', START_SENTINEL],
    env: [
      ...selfAs(`$(POD_NAME).${nameOf(redis)}.$(POD_NAMESPACE).svc.cluster.local`),
      ...setEnv(redis, sentinels),
      { name: 'FIRST', value: `${redis.name}-0.$(POD_NAMESPACE).svc.cluster.local` },
      { name: 'DOWN_AFTER', value: String(downAfterSeconds * 1000) },
    ],
    ports: [{ name: 'tcp-sentinel', containerPort: SENTINEL_PORT }],
    readinessProbe: { ...execProbe(ping), periodSeconds: 5 },
    livenessProbe: { ...execProbe(ping), periodSeconds: 10, failureThreshold: 6 },
    resources: resources(redis, { cpu: '20m', memory: '64Mi' }),
    securityContext: containerSecurity(),
    volumeMounts: [...MOUNTS],
  };
}

/** Servers and Sentinels reach each other; every pod listens on the one port that is its own. */
function peers(redis: Service, sentinel: Selector): void {
  const all = [{ labels: redis.selector }, { labels: sentinel }] as const;
  const both = [REDIS_PORT, SENTINEL_PORT] as const;
  new NetworkOpening(redis, 'peers', { direction: 'in', peers: all, ports: [REDIS_PORT] });
  new NetworkOpening(redis, 'peers', { direction: 'out', peers: all, ports: both });
  const labels = sentinel;
  new NetworkOpening(redis, 'sentinel-peers', {
    direction: 'in',
    labels,
    peers: all,
    ports: [SENTINEL_PORT],
  });
  new NetworkOpening(redis, 'sentinel-peers', {
    direction: 'out',
    labels,
    peers: all,
    ports: both,
  });
}
