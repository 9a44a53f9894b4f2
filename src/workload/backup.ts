import type { Construct } from 'constructs';
import type * as k8s from '#imports/k8s.ts';
import type { Access } from '../core/access.ts';
import { BackedUp } from '../core/backed-up.ts';
import type { BackupStore } from '../core/backup-store.ts';
import { Connection, connect } from '../core/connection.ts';
import { KeelsonError } from '../core/errors.ts';
import { placeOf } from '../core/place.ts';
import type { Quantity } from '../core/quantity.ts';
import { Service } from '../core/service.ts';
import { tierOf } from '../core/tier.ts';
import { serviceAccount } from './account.ts';
import { backupAlerts } from './backup-alerts.ts';
import { storeClient } from './backup-client.ts';
import { timedJob } from './job-pod.ts';
import { resources } from './resources.ts';
import { requireSchedule } from './schedule.ts';
import { containerSecurity } from './security.ts';
import { isWhole } from './whole-number.ts';

/** What a service that is backed up takes. */
export interface BackupProps {
  /**
   * When a backup is made, in UTC.
   * @default - what the tier asks for: every hour in production, every night in preproduction
   */
  readonly schedule?: string;

  /**
   * How old the newest backup may get before somebody is told.
   * @default - what fits the tier's schedule: 3 in production, 50 elsewhere and with a schedule of your own
   */
  readonly maxAgeHours?: number;

  /**
   * Restores the newest backup into a scratch database at set times, and fails when it is not whole.
   * @default - every morning at 4:47 UTC
   */
  readonly restoreDrill?: false | RestoreDrillProps;
}

export interface RestoreDrillProps {
  /** When, in UTC. */
  readonly schedule: string;

  /**
   * How long ago the last drill that worked may be before somebody is told.
   * @default 50
   */
  readonly maxAgeHours?: number;
}

/** How a kind of database is saved and proven. Scripts find an empty `/backup`, or a full one. */
export interface BackupPlan {
  readonly image: string;
  readonly user: number;
  /** Writes files into `/backup`. */
  readonly dump: string;
  /** Reads them, and ends with an error when they are not what they were. */
  readonly drill: string;
  /** What the dump may reach: `SOURCE_HOST` and so on. */
  readonly source: Access;
  readonly drillEnv?: Readonly<Record<string, string>>;
  /** The most that a backup may take. */
  readonly space: Quantity;
  /** What the scratch database needs. */
  readonly memory: Quantity;
}

/** One run of the clock for one database: a backup of it, or a drill with the newest. */
class BackupTask extends Service {}

/**
 * Backups of a service at set times, where its environment has a bucket and its tier asks for them, and a
 * drill that restores the newest. Their age and failure are told by kube-state-metrics.
 */
export function backUp(service: Service, plan: BackupPlan, props: false | BackupProps = {}): void {
  const { backups: store } = placeOf(service);
  const usual = tierOf(service).backup;
  if (props === false) new BackedUp(service, 'declined');
  if (props === false || !store) return;
  const { restoreDrill = { schedule: '47 4 * * *' }, schedule = usual?.schedule } = props;
  if (schedule === undefined) return;
  const fitting = props.schedule === undefined ? usual?.maxAgeHours : undefined;
  const { maxAgeHours = fitting ?? 50 } = props;
  requireAge(service, 'backup.maxAgeHours', maxAgeHours);
  new BackedUp(service, 'scheduled');
  backupTask(service, plan, store, schedule);
  if (restoreDrill === false) {
    backupAlerts(service, { maxAgeHours });
    return;
  }
  const { maxAgeHours: drillAgeHours = 50 } = restoreDrill;
  requireAge(service, 'backup.restoreDrill.maxAgeHours', drillAgeHours);
  drillTask(service, plan, store, restoreDrill.schedule);
  backupAlerts(service, { maxAgeHours, drillAgeHours });
}

function backupTask(owner: Service, plan: BackupPlan, store: BackupStore, schedule: string): void {
  requireSchedule(owner, schedule, 'Etc/UTC');
  const task = new BackupTask(owner, `${owner.name}-backup`);
  connect(task, 'SOURCE', plan.source);
  const { env } = Connection.of(task).find(({ alias }) => alias === 'SOURCE') ?? { env: [] };
  const dump = step(task, plan, { name: 'dump', script: plan.dump, env, memory: '128Mi' });
  run(task, plan, store, schedule, [dump, storeClient(task, owner.name, store).upload]);
}

function drillTask(owner: Service, plan: BackupPlan, store: BackupStore, schedule: string): void {
  requireSchedule(owner, schedule, 'Etc/UTC');
  const task = new BackupTask(owner, `${owner.name}-drill`);
  const env = Object.entries(plan.drillEnv ?? {}).map(([name, value]) => ({ name, value }));
  const { drill: script, memory } = plan;
  const drill = step(task, plan, { name: 'drill', script, env, memory });
  run(task, plan, store, schedule, [storeClient(task, owner.name, store).download, drill]);
}

type Steps = readonly [k8s.Container, k8s.Container];

function run(
  task: Service,
  { space: sizeLimit, user }: BackupPlan,
  { cloudRole }: BackupStore,
  schedule: string,
  steps: Steps,
): void {
  const volumes = [{ name: 'backup', emptyDir: { sizeLimit } }];
  timedJob(task, { schedule, timeoutSeconds: 3600, user, steps, volumes });
  serviceAccount(task, cloudRole === undefined ? {} : { cloudRole });
}

interface Step {
  readonly name: string;
  readonly script: string;
  readonly env: readonly k8s.EnvVar[];
  readonly memory: Quantity;
}

function step(task: Service, { image }: BackupPlan, given: Step): k8s.Container {
  const { env, memory, name, script } = given;
  return {
    name,
    image,
    command: ['sh', '-c', script],
    ...(env.length > 0 && { env }),
    resources: resources(task, { memory }),
    securityContext: containerSecurity(),
    volumeMounts: [
      { name: 'tmp', mountPath: '/tmp' },
      { name: 'backup', mountPath: '/backup' },
    ],
  };
}

function requireAge(scope: Construct, prop: string, hours: number): void {
  if (isWhole(hours, 1, 10_000)) return;
  throw new KeelsonError(scope, 'backup/bad-age', {
    message: `'${prop}' must be a whole number of hours, 1 or more, got ${hours}`,
    hint: 'twice the time between two backups, and an hour',
  });
}
