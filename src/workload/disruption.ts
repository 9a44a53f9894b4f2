import * as k8s from '#imports/k8s.ts';
import type { Service } from '../core/service.ts';

/**
 * Lets a drain take one pod at a time. It never blocks: a pod that is not healthy anyway may always go.
 */
export function disruptionBudget(service: Service): void {
  new k8s.PodDisruptionBudget(service, 'Disruption', {
    metadata: { name: service.name },
    spec: {
      maxUnavailable: 1,
      selector: { matchLabels: service.selector },
      unhealthyPodEvictionPolicy: 'AlwaysAllow',
    },
  });
}
