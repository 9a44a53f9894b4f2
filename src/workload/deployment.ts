import * as k8s from '#imports/k8s.ts';
import type { Access } from '../core/access.ts';
import { connect } from '../core/connection.ts';
import type { Service } from '../core/service.ts';
import { tierOf } from '../core/tier.ts';
import { type AccountProps, serviceAccount } from './account.ts';
import { autoscaler, type Scale, startReplicas } from './autoscaling.ts';
import { configFiles, rolledBy } from './config-files.ts';
import { type ContainerProps, container, volumes } from './container.ts';
import { disruptionBudget } from './disruption.ts';
import { podSecurity } from './security.ts';
import { type Sidecar, sidecarContainers } from './sidecar.ts';
import { spread } from './spread.ts';
import { requireSeconds } from './whole-number.ts';

/** What every replicated program of our own takes. */
export interface DeployedProps extends ContainerProps, AccountProps {
  /**
   * What it connects to, by alias: `CACHE` gives `CACHE_HOST`, `CACHE_PORT` and so on.
   * @default - nothing; all traffic is refused but DNS
   */
  readonly uses?: Readonly<Record<string, Access>>;

  /**
   * A fixed number of pods.
   * @default - as many as the tier asks for
   */
  readonly replicas?: number;

  /**
   * Grows and shrinks between bounds instead.
   * @default - a fixed number of pods
   */
  readonly scale?: Scale;

  /**
   * The PriorityClass: who gives way when the nodes are full.
   * @default - the cluster's
   */
  readonly priority?: string;

  /**
   * The user that the program runs as; never 0.
   * @default - the image's own, which must be a number other than 0
   */
  readonly user?: number;

  /**
   * How long a new pod must stay ready before the next old one goes.
   * @default - what the tier gives: 10 in production
   */
  readonly minReadySeconds?: number;

  /**
   * How long a rollout may make no progress before it counts as failed.
   * @default 600
   */
  readonly progressDeadlineSeconds?: number;

  /**
   * How long a pod still serves after it was told to go, until every proxy knows.
   * @default 10
   */
  readonly drainSeconds?: number;

  /**
   * How long the program itself may take to finish what it does, after that.
   * @default 30
   */
  readonly shutdownSeconds?: number;

  /**
   * Helpers beside the program, by name. They start before it and end after it.
   * @default - none
   */
  readonly sidecars?: Readonly<Record<string, Sidecar>>;
}

/** What the main container of a kind of service adds. */
export type MainContainer = Pick<
  k8s.Container,
  'livenessProbe' | 'ports' | 'readinessProbe' | 'startupProbe'
>;

/** A Deployment that never serves with fewer pods than before, and all that belongs to it. */
export function deploy(service: Service, props: DeployedProps, main: MainContainer = {}): void {
  const { progressDeadlineSeconds = 600, replicas, scale, uses = {} } = props;
  const { minReadySeconds = tierOf(service).minReadySeconds } = props;
  requireSeconds(service, 'minReadySeconds', minReadySeconds);
  // Kubernetes refuses a deadline that ends before a pod can count as available.
  requireSeconds(service, 'progressDeadlineSeconds', progressDeadlineSeconds, minReadySeconds + 1);
  for (const [alias, access] of Object.entries(uses)) connect(service, alias, access);
  const start = startReplicas(service, replicas, scale);
  const several = start > 1 || scale !== undefined;

  new k8s.Deployment(service, 'Resource', {
    metadata: { name: service.name },
    spec: {
      replicas: start,
      selector: { matchLabels: service.selector },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: 0 } },
      ...(minReadySeconds > 0 && { minReadySeconds }),
      progressDeadlineSeconds,
      template: podTemplate(service, props, main, several),
    },
  });
  serviceAccount(service, props);
  if (scale) autoscaler(service, scale);
  if (several) disruptionBudget(service);
}

function podTemplate(
  service: Service,
  props: DeployedProps,
  main: MainContainer,
  several: boolean,
): k8s.PodTemplateSpec {
  const { drainSeconds = 10, priority, serviceAccountToken = false, shutdownSeconds = 30 } = props;
  requireSeconds(service, 'drainSeconds', drainSeconds);
  requireSeconds(service, 'shutdownSeconds', shutdownSeconds);
  const files = configFiles(service, props.files);
  const sidecars = sidecarContainers(service, props.sidecars);
  return {
    metadata: { labels: { ...service.selector }, ...rolledBy(service, files) },
    spec: {
      serviceAccountName: service.name,
      automountServiceAccountToken: serviceAccountToken,
      enableServiceLinks: false,
      ...(priority !== undefined && { priorityClassName: priority }),
      securityContext: podSecurity(service, props.user),
      terminationGracePeriodSeconds: drainSeconds + shutdownSeconds,
      ...(several && {
        topologySpreadConstraints: spread(service, service.selector, 'Deployment'),
      }),
      ...(sidecars.length > 0 && { initContainers: sidecars }),
      containers: [
        {
          ...container(service, props, files),
          ...main,
          ...(drainSeconds > 0 && { lifecycle: { preStop: { sleep: { seconds: drainSeconds } } } }),
        },
      ],
      volumes: volumes(service, files),
    },
  };
}
