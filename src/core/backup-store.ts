import { isCidr } from './address.ts';
import { KeelsonError } from './errors.ts';
import { isDnsSubdomain } from './names.ts';

/** Where backups go: a bucket outside of what it protects from. Its own lifecycle rules end old backups. */
export interface BackupStore {
  /** The bucket, and a path in it that is this environment's alone: `s3://shop-backups/prod`. */
  readonly bucket: `s3://${string}`;

  /**
   * The region of the bucket.
   * @default - the region of the cluster
   */
  readonly region?: string;

  /**
   * The address of a store that is not Amazon's, without scheme.
   * @default - Amazon S3
   */
  readonly endpoint?: string;

  /**
   * The cloud role that may read and write there; it needs no right to delete.
   * @default - none: each backup has a Secret with keys that somebody gives
   */
  readonly cloudRole?: string;

  /**
   * The addresses that the store may have.
   * @default - any address outside the cluster
   */
  readonly cidrs?: readonly [string, ...string[]];
}

const KEYS = ['bucket', 'region', 'endpoint', 'cloudRole', 'cidrs'];
const BUCKET = /^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](\/[\w.-]+)*$/;

/** Says from JavaScript what the types say from TypeScript, and what they cannot say. */
export function requireBackupStore(at: string, given: unknown): void {
  if (given === undefined) return;
  const store = (typeof given === 'object' && given !== null ? given : {}) as Partial<BackupStore>;
  const unknown = Object.keys(store).find((key) => !KEYS.includes(key));
  const { bucket, cidrs = [], endpoint } = store;
  const wrong =
    unknown !== undefined
      ? `has no key '${unknown}'; known keys: ${KEYS.join(', ')}`
      : !BUCKET.test(String(bucket))
        ? `needs a 'bucket' such as 's3://shop-backups/prod', got ${JSON.stringify(bucket)}`
        : endpoint !== undefined && !isDnsSubdomain(endpoint)
          ? `needs in 'endpoint' a host name, got ${JSON.stringify(endpoint)}`
          : cidrs.find((each) => !isCidr(each)) !== undefined
            ? `needs in 'cidrs' addresses such as '10.0.0.0/16', got ${JSON.stringify(cidrs)}`
            : undefined;
  if (wrong === undefined) return;
  throw new KeelsonError(at, 'platform/bad-backups', {
    message: `'backups' ${wrong}`,
    hint: 'a bucket in another account, or at least another region, survives what takes the cluster',
  });
}
