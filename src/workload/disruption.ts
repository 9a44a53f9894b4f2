import * as k8s from '#imports/k8s.ts';
import type { Service } from '../core/service.ts';

export interface BudgetOptions {
  /** @default - the service's own */
  readonly name?: string;
  /** @default - the service's own */
  readonly selector?: Readonly<Record<string, string>>;
  /**
   * What may always go: a pod that is not healthy anyway, or, where pods vote, only one that the others
   * can do without.
   * @default 'AlwaysAllow'
   */
  readonly unhealthy?: 'AlwaysAllow' | 'IfHealthyBudget';
}

/** Lets a drain take one pod at a time. It never blocks. */
export function disruptionBudget(service: Service, options: BudgetOptions = {}): void {
  const { name = service.name, selector = service.selector, unhealthy = 'AlwaysAllow' } = options;
  new k8s.PodDisruptionBudget(
    service,
    options.name === undefined ? 'Disruption' : `Disruption-${name}`,
    {
      metadata: { name },
      spec: {
        maxUnavailable: 1,
        selector: { matchLabels: selector },
        unhealthyPodEvictionPolicy: unhealthy,
      },
    },
  );
}
