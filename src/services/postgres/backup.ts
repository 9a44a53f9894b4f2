import { ObjectStore, type ObjectStoreSpecConfiguration } from '#imports/barmancloud.cnpg.io.ts';
import { type ClusterSpec, ScheduledBackup } from '#imports/postgresql.cnpg.io.ts';
import { BackedUp } from '../../core/backed-up.ts';
import type { BackupStore } from '../../core/backup-store.ts';
import { needs } from '../../core/operator.ts';
import { placeOf } from '../../core/place.ts';
import { human, SecretDeclaration } from '../../core/secret.ts';
import type { Service } from '../../core/service.ts';
import { tierOf } from '../../core/tier.ts';
import { barmanCloud } from '../../operators/barman-cloud.ts';
import { requireSchedule } from '../../workload/schedule.ts';
import { requireCount } from '../../workload/whole-number.ts';
import { reachStore } from './network.ts';
import { RELOAD } from './users.ts';

export interface PostgresBackupProps {
  /**
   * When a base backup is made, in UTC. The log in between is archived all the time.
   * @default '17 2 * * *'
   */
  readonly schedule?: string;

  /**
   * How many days one can go back; older backups are deleted, which the bucket's role must be allowed to do.
   * @default - the bucket's own lifecycle ends them
   */
  readonly retentionDays?: number;

  /**
   * How old the newest base backup may get before somebody is told.
   * @default 50
   */
  readonly maxAgeHours?: number;

  /**
   * Restores the newest backup and the log into a scratch cluster at set times, reads every row, and removes
   * it. While that lasts, it takes volumes as large as an instance's. Its pods run as `<name>-scratch`: a cloud
   * role has to admit that account as well.
   * @default - on Sundays at 4:47 UTC
   */
  readonly restoreDrill?: false | PostgresDrillProps;
}

export interface PostgresDrillProps {
  /**
   * When, in UTC.
   * @default '47 4 * * 0'
   */
  readonly schedule?: string;

  /**
   * How long ago the last drill that worked may be before somebody is told.
   * @default 180
   */
  readonly maxAgeHours?: number;
}

/** When a drill is held, and what it is held with. */
export interface DrillPlan {
  readonly schedule: string;
  readonly maxAgeHours: number;
  /** How old the newest of what was restored may be. */
  readonly dataHours: number;
  readonly store: BackupStore;
}

export interface BackupParts {
  readonly spec: Pick<ClusterSpec, 'plugins' | 'serviceAccountTemplate'>;
  /** Undefined: nothing is saved. */
  readonly maxAgeHours?: number;
  /** Undefined: nothing is restored on trial. */
  readonly drill?: DrillPlan;
}

export const PLUGIN = 'barman-cloud.cloudnative-pg.io';

/** Base backups and the write-ahead log, where the environment has a bucket and its tier asks for backups. */
export function backUp(postgres: Service, props: false | PostgresBackupProps = {}): BackupParts {
  const { backups: store } = placeOf(postgres);
  if (props === false) new BackedUp(postgres, 'declined');
  if (props === false || !store || !tierOf(postgres).backup) return { spec: {} };
  const { maxAgeHours = 50, restoreDrill = {}, retentionDays } = props;
  const { schedule = '17 2 * * *' } = props;
  if (retentionDays !== undefined) {
    requireCount(postgres, 'backup.retentionDays', retentionDays, 1);
  }
  requireCount(postgres, 'backup.maxAgeHours', maxAgeHours, 1);
  requireSchedule(postgres, schedule, 'Etc/UTC');
  needs(postgres, barmanCloud);
  new BackedUp(postgres, 'scheduled');
  reachStore(postgres, store);

  const name = storeOf(postgres);
  new ObjectStore(postgres, 'BackupStore', {
    metadata: { name },
    spec: {
      configuration: configuration(postgres, store),
      ...(retentionDays !== undefined && { retentionPolicy: `${retentionDays}d` }),
    },
  });
  new ScheduledBackup(postgres, 'Backups', {
    metadata: { name: postgres.name },
    spec: {
      cluster: { name: postgres.name },
      schedule: `0 ${schedule}`, // six fields: CloudNativePG begins with seconds
      method: 'plugin',
      pluginConfiguration: { name: PLUGIN },
      target: 'prefer-standby',
      backupOwnerReference: 'self',
    },
  });
  const spec = { ...archive(name), ...accountWith(store) };
  if (restoreDrill === false) return { spec, maxAgeHours };
  return { spec, maxAgeHours, drill: planned(postgres, restoreDrill, store, maxAgeHours) };
}

function planned(
  postgres: Service,
  { maxAgeHours = 180, schedule = '47 4 * * 0' }: PostgresDrillProps,
  store: BackupStore,
  dataHours: number,
): DrillPlan {
  requireSchedule(postgres, schedule, 'Etc/UTC');
  requireCount(postgres, 'backup.restoreDrill.maxAgeHours', maxAgeHours, 1);
  return { schedule, maxAgeHours, dataHours, store };
}

/** The name of the ObjectStore. */
export const storeOf = (postgres: Service): string => `${postgres.name}-backups`;

function archive(barmanObjectName: string): Pick<ClusterSpec, 'plugins'> {
  return { plugins: [{ name: PLUGIN, isWALArchiver: true, parameters: { barmanObjectName } }] };
}

/** The account of a cluster's pods, which takes on the role that may use the bucket. */
export function accountWith({
  cloudRole,
}: BackupStore): Pick<ClusterSpec, 'serviceAccountTemplate'> {
  if (cloudRole === undefined) return {};
  const annotations = { 'eks.amazonaws.com/role-arn': cloudRole };
  return { serviceAccountTemplate: { metadata: { annotations } } };
}

function configuration(postgres: Service, store: BackupStore): ObjectStoreSpecConfiguration {
  const { bucket, cloudRole, endpoint } = store;
  return {
    destinationPath: bucket,
    ...(endpoint !== undefined && { endpointURL: `https://${endpoint}` }),
    s3Credentials: cloudRole === undefined ? keys(postgres, bucket) : { inheritFromIAMRole: true },
    wal: { compression: 'gzip', maxParallel: 4 },
    data: { compression: 'gzip', jobs: 2 },
  };
}

type Credentials = NonNullable<ObjectStoreSpecConfiguration['s3Credentials']>;

function keys(postgres: Service, bucket: string): Credentials {
  const name = `${postgres.name}-backup-store`;
  const declared = {
    'access-key-id': human(`id of a key for ${bucket}`),
    'secret-access-key': human(`secret of the key for ${bucket}`),
  };
  new SecretDeclaration(postgres, { name, labels: RELOAD, keys: declared });
  return {
    accessKeyId: { name, key: 'access-key-id' },
    secretAccessKey: { name, key: 'secret-access-key' },
  };
}
