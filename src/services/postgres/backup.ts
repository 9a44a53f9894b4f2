import { ObjectStore, type ObjectStoreSpecConfiguration } from '#imports/barmancloud.cnpg.io.ts';
import { type ClusterSpec, ScheduledBackup } from '#imports/postgresql.cnpg.io.ts';
import { external } from '../../core/access.ts';
import { BackedUp } from '../../core/backed-up.ts';
import type { BackupStore } from '../../core/backup-store.ts';
import { connect } from '../../core/connection.ts';
import { NetworkOpening } from '../../core/opening.ts';
import { needs } from '../../core/operator.ts';
import { placeOf } from '../../core/place.ts';
import { human, SecretDeclaration } from '../../core/secret.ts';
import type { Service } from '../../core/service.ts';
import { tierOf } from '../../core/tier.ts';
import { barmanCloud } from '../../operators/barman-cloud.ts';
import { requireSchedule } from '../../workload/schedule.ts';
import { requireCount } from '../../workload/whole-number.ts';
import { RELOAD } from './users.ts';

export interface PostgresBackupProps {
  /**
   * When a base backup is made, in UTC. The log in between is archived all the time.
   * @default '17 2 * * *'
   */
  readonly schedule?: string;

  /**
   * How many days one can go back.
   * @default 30
   */
  readonly retentionDays?: number;

  /**
   * How old the newest base backup may get before somebody is told.
   * @default 50
   */
  readonly maxAgeHours?: number;
}

export interface BackupParts {
  readonly spec: Pick<ClusterSpec, 'plugins' | 'serviceAccountTemplate'>;
  /** Undefined: nothing is saved. */
  readonly maxAgeHours?: number;
}

const PLUGIN = 'barman-cloud.cloudnative-pg.io';

/** Base backups and the write-ahead log, where the environment has a bucket and its tier asks for backups. */
export function backUp(postgres: Service, props: false | PostgresBackupProps = {}): BackupParts {
  const { backups: store } = placeOf(postgres);
  if (props === false) new BackedUp(postgres, 'declined');
  if (props === false || !store || !tierOf(postgres).backup) return { spec: {} };
  const { maxAgeHours = 50, retentionDays = 30, schedule = '17 2 * * *' } = props;
  requireCount(postgres, 'backup.retentionDays', retentionDays, 1);
  requireCount(postgres, 'backup.maxAgeHours', maxAgeHours, 1);
  requireSchedule(postgres, schedule, 'Etc/UTC');
  needs(postgres, barmanCloud);
  new BackedUp(postgres, 'scheduled');
  reach(postgres, store);

  const name = `${postgres.name}-backups`;
  new ObjectStore(postgres, 'BackupStore', {
    metadata: { name },
    spec: { configuration: configuration(postgres, store), retentionPolicy: `${retentionDays}d` },
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
  return { spec: { ...archive(name), ...accountWith(store.cloudRole) }, maxAgeHours };
}

function archive(barmanObjectName: string): Pick<ClusterSpec, 'plugins'> {
  return { plugins: [{ name: PLUGIN, isWALArchiver: true, parameters: { barmanObjectName } }] };
}

function accountWith(cloudRole: string | undefined): Pick<ClusterSpec, 'serviceAccountTemplate'> {
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

function reach(postgres: Service, store: BackupStore): void {
  const { cluster } = placeOf(postgres);
  const { cidrs, cloudRole, endpoint, region = cluster.region } = store;
  const amazon = region === undefined ? 's3.amazonaws.com' : `s3.${region}.amazonaws.com`;
  connect(postgres, 'BACKUPS', external(endpoint ?? amazon, 443, cidrs ? { cidrs } : {}));
  if (cloudRole === undefined) return;
  const [first, ...others] = cluster.network.cloudLogin.cidrs;
  const peers = [{ cidr: first }, ...others.map((cidr) => ({ cidr }))] as const;
  new NetworkOpening(postgres, 'cloud-login', { direction: 'out', peers, ports: [443] });
}
