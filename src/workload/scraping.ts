import { PodMonitor } from '#imports/monitoring.coreos.com.ts';
import { KeelsonError } from '../core/errors.ts';
import { NetworkOpening } from '../core/opening.ts';
import { needs } from '../core/operator.ts';
import { placeOf } from '../core/place.ts';
import type { Service } from '../core/service.ts';
import { prometheusOperator } from '../operators/prometheus-operator.ts';

export interface Metrics {
  /**
   * Where the metrics are.
   * @default '/metrics'
   */
  readonly path?: `/${string}`;

  /**
   * The port they are served on.
   * @default - the service's first port
   */
  readonly port?: number;
}

/** Lets Prometheus in and tells it where to look, in environments that have metrics. */
export function scrape(
  service: Service,
  port: { name: string; number: number },
  metrics: Metrics,
): void {
  const { path = '/metrics' } = metrics;
  if (!path.startsWith('/')) {
    throw new KeelsonError(service, 'metrics/bad-path', {
      message: `'metrics.path' must begin with '/', got ${JSON.stringify(path)}`,
      hint: "such as '/metrics'",
    });
  }
  const place = placeOf(service);
  if (place.metrics === 'none') return;
  needs(service, prometheusOperator);
  new PodMonitor(service, 'Monitor', {
    metadata: { name: service.name },
    spec: {
      selector: { matchLabels: { ...service.podLabels } },
      podMetricsEndpoints: [{ port: port.name, path }],
    },
  });
  new NetworkOpening(service, 'prometheus', {
    direction: 'in',
    peers: [place.cluster.network.prometheus],
    ports: [port.number],
  });
}
