import * as k8s from '#imports/k8s.ts';
import type { Service } from '../core/service.ts';
import { podSecurity } from './security.ts';

export interface TimedJob {
  readonly schedule: string;
  readonly timeoutSeconds: number;
  readonly user: number;
  /** They run one after the other; the last one decides. */
  readonly steps: readonly [k8s.Container, ...k8s.Container[]];
  readonly volumes: readonly k8s.Volume[];
  /** @default false */
  readonly serviceAccountToken?: boolean;
}

/** A CronJob that never runs twice at a time, and tries once more before it counts as failed. */
export function timedJob(service: Service, job: TimedJob): void {
  const { schedule, serviceAccountToken = false, steps, timeoutSeconds, user, volumes } = job;
  new k8s.CronJob(service, 'Resource', {
    metadata: { name: service.name },
    spec: {
      schedule,
      timeZone: 'Etc/UTC',
      concurrencyPolicy: 'Forbid',
      startingDeadlineSeconds: 300, // without one, a day of missed runs stops the schedule for good
      jobTemplate: {
        spec: {
          activeDeadlineSeconds: timeoutSeconds,
          backoffLimit: 1,
          template: {
            metadata: { labels: { ...service.selector } },
            spec: {
              serviceAccountName: service.name,
              automountServiceAccountToken: serviceAccountToken,
              enableServiceLinks: false,
              restartPolicy: 'Never',
              securityContext: podSecurity(service, user),
              ...(steps.length > 1 && { initContainers: steps.slice(0, -1) }),
              containers: steps.slice(-1),
              volumes: [{ name: 'tmp', emptyDir: {} }, ...volumes],
            },
          },
        },
      },
    },
  });
}
