import type { Construct } from 'constructs';
import * as k8s from '#imports/k8s.ts';
import type { Access } from '../core/access.ts';
import { connect } from '../core/connection.ts';
import { Service } from '../core/service.ts';
import { type AccountProps, serviceAccount } from '../workload/account.ts';
import { configFiles } from '../workload/config-files.ts';
import { type ContainerProps, container, volumes } from '../workload/container.ts';
import { requireSchedule } from '../workload/schedule.ts';
import { podSecurity } from '../workload/security.ts';
import { requireCount, requireSeconds } from '../workload/whole-number.ts';

export interface CronTaskProps extends ContainerProps, AccountProps {
  /** When to run: minute, hour, day of the month, month, day of the week. */
  readonly schedule: string;

  /**
   * The time zone of the schedule.
   * @default 'Etc/UTC'
   */
  readonly timeZone?: string;

  /**
   * What it connects to, by alias.
   * @default - nothing
   */
  readonly uses?: Readonly<Record<string, Access>>;

  /**
   * What happens when the last run is not done yet.
   * @default 'skip'
   */
  readonly whenStillRunning?: 'skip' | 'replace' | 'overlap';

  /**
   * How long a run may take, retries included.
   * @default 3600
   */
  readonly timeoutSeconds?: number;

  /**
   * How often a run is tried again.
   * @default 2
   */
  readonly retries?: number;

  /**
   * The user that the program runs as; never 0.
   * @default - the image's own, which must be a number other than 0
   */
  readonly user?: number;
}

const POLICY = { skip: 'Forbid', replace: 'Replace', overlap: 'Allow' } as const;

/** A program that runs by the clock. */
export class CronTask extends Service {
  constructor(scope: Construct, id: string, props: CronTaskProps) {
    super(scope, id);
    const { retries = 2, schedule, timeoutSeconds = 3600, timeZone = 'Etc/UTC', user } = props;
    const { serviceAccountToken = false, uses = {}, whenStillRunning = 'skip' } = props;
    requireSchedule(this, schedule, timeZone);
    requireCount(this, 'retries', retries, 0);
    requireSeconds(this, 'timeoutSeconds', timeoutSeconds, 1);
    for (const [alias, access] of Object.entries(uses)) connect(this, alias, access);
    const files = configFiles(this, props.files);

    new k8s.CronJob(this, 'Resource', {
      metadata: { name: this.name },
      spec: {
        schedule,
        timeZone,
        concurrencyPolicy: POLICY[whenStillRunning],
        startingDeadlineSeconds: 300, // without one, a day of missed runs stops the schedule for good
        jobTemplate: {
          spec: {
            activeDeadlineSeconds: timeoutSeconds,
            backoffLimit: retries,
            template: {
              metadata: { labels: { ...this.selector } },
              spec: {
                serviceAccountName: this.name,
                automountServiceAccountToken: serviceAccountToken,
                enableServiceLinks: false,
                restartPolicy: 'Never',
                securityContext: podSecurity(this, user),
                containers: [container(this, props, files)],
                volumes: volumes(this, files),
              },
            },
          },
        },
      },
    });
    serviceAccount(this, props);
  }
}
