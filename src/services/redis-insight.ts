import type { Construct } from 'constructs';
import type * as k8s from '#imports/k8s.ts';
import type { Access } from '../core/access.ts';
import { BackedUp } from '../core/backed-up.ts';
import { connect } from '../core/connection.ts';
import { KeelsonError } from '../core/errors.ts';
import type { Quantity } from '../core/quantity.ts';
import { Service, type StatefulProps } from '../core/service.ts';
import type { VersionOf } from '../core/third-party-images.ts';
import { programImage } from '../workload/program-image.ts';
import { type Resources, requireQuantity, resources } from '../workload/resources.ts';
import { containerSecurity } from '../workload/security.ts';
import { singlePod } from '../workload/single-pod.ts';

export interface RedisInsightProps extends StatefulProps {
  /** What it may look into, by any alias: `{ SESSIONS: sessions.inspect }`. */
  readonly shows: Readonly<Record<string, Access>>;

  /**
   * Size of the volume for the list of databases that people have entered.
   * @default '1Gi'
   */
  readonly storage?: Quantity;

  /**
   * Processor and memory of its pod.
   * @default - the tier's processor share, and 512Mi
   */
  readonly resources?: Resources;

  /**
   * The version of RedisInsight.
   * @default '1.14.0'
   */
  readonly version?: VersionOf<'redisinsight'>;
}

const PORT = 8001;
const USER = 1001;

/**
 * A page on what is in Redis, in one pod: it keeps its list of databases in a file. It has no login, so
 * nothing exposes it: `kubectl port-forward service/<name> 8001` opens it for who may do that. It takes no
 * databases from outside: people enter host, user and password, which stand in its environment; of a
 * replicated Redis they enter one of its servers, such as `sessions-0`. A new version replaces the pod; what it
 * wrote, an older one may not read.
 */
export class RedisInsight extends Service {
  declare readonly availability: 'best effort';

  constructor(scope: Construct, id: string, props: RedisInsightProps) {
    super(scope, id, {
      software: 'redisinsight',
      availability: 'best effort',
      stateful: props,
    });
    const { shows, storage = '1Gi', version = '1.14.0' } = props;
    requireQuantity(this, 'storage', storage);
    if (Object.keys(shows).length === 0) {
      throw new KeelsonError(this, 'redisinsight/shows-nothing', {
        message: "'shows' names no Redis",
        hint: 'such as { SESSIONS: sessions.inspect }',
      });
    }
    const connections = Object.entries(shows).map(([alias, access]) =>
      connect(this, alias, access),
    );
    new BackedUp(this, 'declined'); // a list that people can type again

    singlePod(this, {
      user: USER,
      port: PORT,
      data: { path: '/db', storage },
      container: {
        name: 'redisinsight',
        image: programImage(this, 'redisinsight', version),
        env: [{ name: 'RIPORT', value: String(PORT) }, ...connections.flatMap(({ env }) => env)],
        ...probes(),
        resources: resources(this, { memory: '512Mi', ...props.resources }),
        securityContext: containerSecurity(),
      },
    });
  }
}

function probes(): Pick<k8s.Container, 'livenessProbe' | 'readinessProbe' | 'startupProbe'> {
  const httpGet = { path: '/healthcheck/', port: 'http' };
  return {
    startupProbe: { httpGet, periodSeconds: 2, timeoutSeconds: 2, failureThreshold: 60 },
    readinessProbe: { httpGet, periodSeconds: 5, timeoutSeconds: 2 },
    livenessProbe: { httpGet, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 },
  };
}
