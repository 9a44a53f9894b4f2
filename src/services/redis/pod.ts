import type * as k8s from '#imports/k8s.ts';
import type { Selector } from '../../core/labels.ts';
import type { Service } from '../../core/service.ts';
import { resources } from '../../workload/resources.ts';
import { containerSecurity, podSecurity } from '../../workload/security.ts';
import { spread } from '../../workload/spread.ts';
import { FOLLOW_USERS } from './scripts.ts';

/** In the image. */
export const USER = 1001;

export const REDIS_PORT = 6379;
export const SENTINEL_PORT = 26379;

export const USERS: k8s.VolumeMount = { name: 'users', mountPath: '/run/users', readOnly: true };
export const MOUNTS: readonly k8s.VolumeMount[] = [
  { name: 'data', mountPath: '/data' },
  { name: 'tmp', mountPath: '/tmp' },
  { name: 'run', mountPath: '/run/redis' },
  USERS,
];

/** The users with their hashes, joined: never on a disk. */
export const RUN: k8s.Volume = { name: 'run', emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } };

/** What the pods of servers and of Sentinels have in common. */
export function redisPod(
  redis: Service,
  selector: Selector,
  spec: Pick<
    k8s.PodSpec,
    'containers' | 'initContainers' | 'terminationGracePeriodSeconds' | 'volumes'
  >,
  replicas: number,
): k8s.PodSpec {
  return {
    serviceAccountName: redis.name,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: podSecurity(redis, USER),
    ...(replicas > 1 && { topologySpreadConstraints: spread(redis, selector, 'StatefulSet') }),
    ...spec,
  };
}

/** Beside every server: keeps the users as their files say. */
export function followUsers(redis: Service, image: string, port: number): k8s.Container {
  const keeper = port === REDIS_PORT ? '_keeper' : '_peer';
  return {
    name: 'users',
    image,
    restartPolicy: 'Always',
    command: ['sh', '-c', FOLLOW_USERS],
    env: [
      { name: 'KEEPER', value: keeper },
      { name: 'PORT', value: String(port) },
    ],
    resources: resources(redis, { cpu: '5m', memory: '32Mi' }),
    securityContext: containerSecurity(),
    volumeMounts: MOUNTS.filter(({ name }) => name !== 'data'),
  };
}

/** The pod's own name as the others know it, whether it runs or not. */
export function selfAs(host: string): k8s.EnvVar[] {
  return [
    { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
    { name: 'POD_NAMESPACE', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
    { name: 'SELF', value: host },
  ];
}

export const execProbe = (script: string): Pick<k8s.Probe, 'exec' | 'timeoutSeconds'> => ({
  exec: { command: ['sh', '-c', script] },
  timeoutSeconds: 5,
});
