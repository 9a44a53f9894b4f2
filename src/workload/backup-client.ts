import type * as k8s from '#imports/k8s.ts';
import { external } from '../core/access.ts';
import type { BackupStore } from '../core/backup-store.ts';
import { connect } from '../core/connection.ts';
import { placeOf } from '../core/place.ts';
import { human, SecretDeclaration } from '../core/secret.ts';
import type { Service } from '../core/service.ts';
import { programImage } from './program-image.ts';
import { resources } from './resources.ts';
import { containerSecurity } from './security.ts';

/** Each backup is a folder named by its time; the sums come last, so a folder without them is not whole. */
const UPLOAD = `set -eu
cd /backup
sha256sum -- * > /tmp/SHA256SUMS
to="store:$BUCKET/$(date -u +%Y%m%dT%H%M%SZ)"
rclone copy /backup "$to"
rclone check --one-way /backup "$to"
rclone copyto /tmp/SHA256SUMS "$to/SHA256SUMS"
`;

const DOWNLOAD = `set -eu
newest=$(rclone lsf --dirs-only "store:$BUCKET" | sort | tail -n 1)
[ -n "$newest" ] || { echo "no backup in $BUCKET"; exit 1; }
rclone copy "store:$BUCKET/\${newest%/}" /backup
cd /backup
sha256sum -c SHA256SUMS
rm SHA256SUMS
`;

export interface StoreClient {
  readonly upload: k8s.Container;
  readonly download: k8s.Container;
}

/**
 * rclone: one static program that speaks to S3 and to all that imitates it, takes everything from its
 * environment, and writes nowhere but to `/tmp`, as any user.
 */
export function storeClient(task: Service, owner: string, store: BackupStore): StoreClient {
  const { cidrs, endpoint, region = placeOf(task).cluster.region } = store;
  const host =
    endpoint ?? (region === undefined ? 's3.amazonaws.com' : `s3.${region}.amazonaws.com`);
  connect(task, 'STORE', external(host, 443, cidrs ? { cidrs } : {}));
  const env: k8s.EnvVar[] = [
    { name: 'BUCKET', value: `${store.bucket.slice('s3://'.length)}/${owner}` },
    { name: 'RCLONE_CONFIG', value: '/tmp/rclone.conf' },
    { name: 'RCLONE_CONFIG_STORE_TYPE', value: 's3' },
    { name: 'RCLONE_CONFIG_STORE_PROVIDER', value: endpoint === undefined ? 'AWS' : 'Other' },
    ...(endpoint === undefined
      ? []
      : [{ name: 'RCLONE_CONFIG_STORE_ENDPOINT', value: `https://${endpoint}` }]),
    ...(region === undefined ? [] : [{ name: 'RCLONE_CONFIG_STORE_REGION', value: region }]),
    { name: 'RCLONE_CONFIG_STORE_ENV_AUTH', value: 'true' },
    { name: 'RCLONE_S3_NO_CHECK_BUCKET', value: 'true' }, // which asks for the right to make one
    ...login(task, store),
  ];
  const container = (name: string, script: string): k8s.Container => ({
    name,
    image: programImage(task, 'rclone', '1.68.2'),
    command: ['sh', '-c', script],
    env,
    resources: resources(task, { memory: '256Mi' }),
    securityContext: containerSecurity(),
    volumeMounts: [
      { name: 'tmp', mountPath: '/tmp' },
      { name: 'backup', mountPath: '/backup' },
    ],
  });
  return { upload: container('upload', UPLOAD), download: container('download', DOWNLOAD) };
}

/** A drill has keys of its own, which need only read. */
function login(task: Service, { bucket, cloudRole }: BackupStore): k8s.EnvVar[] {
  if (cloudRole !== undefined) return [];
  const secret = `${task.name}-store`;
  const keys = {
    'access-key-id': human(`id of a key for ${bucket}`),
    'secret-access-key': human(`secret of the key for ${bucket}`),
  };
  new SecretDeclaration(task, { name: secret, keys });
  return Object.keys(keys).map((key) => ({
    name: `AWS_${key.toUpperCase().replaceAll('-', '_')}`,
    valueFrom: { secretKeyRef: { name: secret, key } },
  }));
}
