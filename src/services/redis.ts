import type { Construct } from 'constructs';
import * as k8s from '#imports/k8s.ts';
import type { Access } from '../core/access.ts';
import { KeelsonError } from '../core/errors.ts';
import { imageOf } from '../core/image.ts';
import { RETIRE } from '../core/labels.ts';
import { placeOf } from '../core/place.ts';
import { parseQuantity, type Quantity } from '../core/quantity.ts';
import { generated, SecretDeclaration } from '../core/secret.ts';
import { Service, type StatefulProps } from '../core/service.ts';
import { thirdPartyImage, type VersionOf, versionsOf } from '../core/third-party-images.ts';
import { tierOf } from '../core/tier.ts';
import { serviceAccount } from '../workload/account.ts';
import { configFiles } from '../workload/config-files.ts';
import { requireQuantity, resources } from '../workload/resources.ts';
import { containerSecurity, podSecurity } from '../workload/security.ts';

export interface RedisProps extends StatefulProps {
  /** Memory of the pod; the data may fill 70 % of it. */
  readonly memory: Quantity;

  /**
   * Size of the volume for snapshots and the append-only file; several times the memory. Kubernetes
   * does not change it afterwards: to grow it, edit the claim itself.
   * @default - what the tier gives: 20Gi in production
   */
  readonly storage?: Quantity;

  /**
   * What happens when the memory is full: writes fail, or the keys used longest ago go.
   * @default 'noeviction'
   */
  readonly whenFull?: 'noeviction' | 'allkeys-lru';

  /**
   * The version of Redis Stack, of which this runs the server without modules.
   * @default '7.2.0'
   */
  readonly version?: VersionOf<'redis'>;
}

/** With less, the server leaves no room for data. */
const LEAST: Quantity = '64Mi';
const PORT = 6379;
const USER = 1001;

/**
 * One Redis with a password, whose data outlives its pod. While the pod moves, nobody answers.
 * A new version restarts it; snapshots of 7.2 cannot be read by an older one.
 */
export class Redis extends Service {
  readonly #secret: string;

  constructor(scope: Construct, id: string, props: RedisProps) {
    super(scope, id, { software: 'redis', stateful: props });
    const { memory, version = '7.2.0', whenFull = 'noeviction' } = props;
    requireQuantity(this, 'memory', memory, LEAST);
    const { storage = tierOf(this).storage } = props;
    requireQuantity(this, 'storage', storage);
    this.#secret = `${this.name}-auth`;
    new SecretDeclaration(this, { name: this.#secret, keys: { password: generated() } });
    const config = configFiles(this, { [CONFIG]: configOf(memory, whenFull) });
    const retire = props.retire && { [RETIRE]: 'true' };

    new k8s.StatefulSet(this, 'Resource', {
      metadata: { name: this.name, ...(retire && { annotations: retire }) },
      spec: {
        serviceName: this.name,
        replicas: 1,
        selector: { matchLabels: this.selector },
        template: {
          metadata: { labels: { ...this.selector }, annotations: config.annotations },
          spec: {
            serviceAccountName: this.name,
            automountServiceAccountToken: false,
            enableServiceLinks: false,
            securityContext: podSecurity(this, USER),
            terminationGracePeriodSeconds: 60, // it writes a last snapshot on the way out
            containers: [this.#container(imageFor(this, version), memory, config.mounts)],
            volumes: [{ name: 'tmp', emptyDir: {} }, ...config.volumes],
          },
        },
        volumeClaimTemplates: [claim(storage)],
        ...(placeOf(this).tier === 'review' && THROW_AWAY),
      },
    });
    new k8s.Service(this, 'Service', {
      metadata: { name: this.name },
      spec: {
        selector: this.selector,
        ports: [{ name: 'tcp-redis', port: PORT, targetPort: 'tcp-redis' }],
      },
    });
    serviceAccount(this, {});
  }

  /** Keys that match a pattern. Every client has the one password here: the right says what it means to do. */
  keys(pattern: string): { readonly read: Access; readonly readWrite: Access } {
    return {
      read: this.#access(`${pattern}:read`),
      readWrite: this.#access(`${pattern}:readWrite`),
    };
  }

  #access(right: string): Access {
    const endpoint = { owner: this, protocol: 'redis', host: this.name, port: PORT, tls: false };
    const values = { USER: 'default' };
    return { endpoint, right, values, grant: () => this.#credential };
  }

  get #credential() {
    return { keys: { PASSWORD: { secret: this.#secret, key: 'password' } } };
  }

  #container(image: string, memory: Quantity, config: readonly k8s.VolumeMount[]): k8s.Container {
    const password = { secretKeyRef: { name: this.#secret, key: 'password' } };
    return {
      name: 'redis',
      image,
      command: ['sh', '-c', START],
      env: [{ name: 'REDISCLI_AUTH', valueFrom: password }],
      ports: [{ name: 'tcp-redis', containerPort: PORT }],
      startupProbe: { ...ping(), periodSeconds: 2, failureThreshold: 150 }, // loading a large file takes its time
      readinessProbe: { ...ping(), periodSeconds: 5 },
      livenessProbe: { ...ping(), periodSeconds: 10, failureThreshold: 6 },
      resources: resources(this, { memory }),
      securityContext: containerSecurity(),
      volumeMounts: [
        { name: 'data', mountPath: '/data' },
        { name: 'tmp', mountPath: '/tmp' },
        ...config,
      ],
    };
  }
}

/** What a review environment leaves behind is nothing. */
const THROW_AWAY: Pick<k8s.StatefulSetSpec, 'persistentVolumeClaimRetentionPolicy'> = {
  persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Delete', whenScaled: 'Retain' },
};

const CONFIG = '/etc/redis/redis.conf';

/** The password reaches the server on its standard input: never in a file, never among its arguments. */
const START = `exec redis-server - <<END
include ${CONFIG}
requirepass "$(printf %s "$REDISCLI_AUTH" | sed 's/["\\\\]/\\\\&/g')"
END
`;

function configOf(memory: Quantity, whenFull: string): string {
  const most = ((parseQuantity(memory) ?? 0n) * 70n) / 100n / 1024n;
  return `dir /data
appendonly yes
maxmemory ${most}kb
maxmemory-policy ${whenFull}
`;
}

/** While it loads its data it answers with an error, and redis-cli still exits with 0. */
function ping(): Pick<k8s.Probe, 'exec' | 'timeoutSeconds'> {
  return { exec: { command: ['sh', '-c', 'redis-cli ping | grep -q PONG'] }, timeoutSeconds: 5 };
}

function claim(storage: Quantity): k8s.PersistentVolumeClaimTemplate {
  return {
    metadata: { name: 'data' },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage } } },
  };
}

function imageFor(service: Service, version: VersionOf<'redis'>): string {
  const image = thirdPartyImage('redis', version);
  if (image !== undefined) return imageOf(service, image);
  throw new KeelsonError(service, 'redis/unknown-version', {
    message: `'version' is ${JSON.stringify(version)}, which has no image`,
    hint: `known versions: ${versionsOf('redis').join(', ')}`,
  });
}
