import { MANAGED_BY, PART_OF } from '../core/labels.ts';
import type { Entry } from '../core/model.ts';

/** Kubernetes' recommended labels, so that `kubectl get all -l` finds a service and all its parts. */
export function withLabels({ object, origin }: Entry, platform: string): Entry {
  const { metadata } = object;
  const labels = {
    ...origin.labels,
    [PART_OF]: platform,
    [MANAGED_BY]: 'keelson',
    ...metadata.labels,
  };
  return { origin, object: { ...object, metadata: { ...metadata, labels } } };
}
