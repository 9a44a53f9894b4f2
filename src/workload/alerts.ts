import { PrometheusRule } from '#imports/monitoring.coreos.com.ts';
import { needs } from '../core/operator.ts';
import { placeOf } from '../core/place.ts';
import type { Service } from '../core/service.ts';
import { prometheusOperator } from '../operators/prometheus-operator.ts';

export interface Alert {
  readonly alert: string;
  readonly expr: string;
  /** How long it must be so. */
  readonly for: string;
  /** Whom it reaches: somebody at once, or the work of the next days. */
  readonly severity: 'page' | 'ticket';
  readonly summary: string;
}

/**
 * Rules for Prometheus over what one service's PodMonitor brings, in environments that have metrics.
 * `of` is the label that all its series carry; a part has rules of its own.
 */
export function alertRules(
  service: Service,
  alertsOf: (of: string) => readonly Alert[],
  part?: string,
): void {
  const { metrics, namespace } = placeOf(service);
  if (metrics === 'none') return;
  needs(service, prometheusOperator);
  const of = `job="${namespace}/${service.name}"`;
  const rules = alertsOf(of).map(({ severity, summary, ...rule }) => ({
    ...rule,
    labels: { severity },
    annotations: { summary: `${service.name}: ${summary}` },
  }));
  const name = part === undefined ? service.name : `${service.name}-${part}`;
  new PrometheusRule(service, part === undefined ? 'Alerts' : `Alerts-${part}`, {
    metadata: { name },
    spec: { groups: [{ name, rules }] },
  });
}
