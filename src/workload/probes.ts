import type { Construct } from 'constructs';
import type * as k8s from '#imports/k8s.ts';
import { KeelsonError } from '../core/errors.ts';
import { requireSeconds } from './whole-number.ts';

export interface Health {
  /**
   * Answers 2xx while the process works. It must not ask a database: a restart mends none.
   * @default '/healthz'
   */
  readonly live?: string;

  /**
   * Answers 2xx while requests can be served.
   * @default - the same as `live`
   */
  readonly ready?: string;

  /**
   * The Host header of the probes, for frameworks that refuse unknown hosts.
   * @default - the pod's address
   */
  readonly host?: string;

  /**
   * How long a start may take before the pod is restarted.
   * @default 60
   */
  readonly startSeconds?: number;
}

type Probes = Pick<k8s.Container, 'livenessProbe' | 'readinessProbe' | 'startupProbe'>;

/** Start gets all the time it needs; after that readiness reacts in seconds and liveness is patient. */
export function httpProbes(scope: Construct, port: string, health: Health = {}): Probes {
  const { live = '/healthz', ready = live, host, startSeconds = 60 } = health;
  requireSeconds(scope, 'health.startSeconds', startSeconds, 1);
  requirePath(scope, 'health.live', live);
  requirePath(scope, 'health.ready', ready);
  const get = (path: string): k8s.HTTPGetAction => ({
    path,
    port,
    ...(host !== undefined && { httpHeaders: [{ name: 'Host', value: host }] }),
  });
  return {
    startupProbe: {
      httpGet: get(live),
      periodSeconds: 2,
      timeoutSeconds: 2,
      failureThreshold: Math.ceil(startSeconds / 2),
    },
    readinessProbe: {
      httpGet: get(ready),
      periodSeconds: 5,
      timeoutSeconds: 2,
      failureThreshold: 2,
    },
    livenessProbe: {
      httpGet: get(live),
      periodSeconds: 10,
      timeoutSeconds: 5,
      failureThreshold: 6,
    },
  };
}

function requirePath(scope: Construct, prop: string, path: string): void {
  if (/^\/[\x21-\x7e]*$/.test(path)) return;
  throw new KeelsonError(scope, 'health/bad-path', {
    message: `'${prop}' must be a path that begins with '/', got ${JSON.stringify(path)}`,
    hint: "such as '/healthz'",
  });
}
