import { spreadsOverZones } from '../../core/cluster.ts';
import { KeelsonError } from '../../core/errors.ts';
import { placeOf } from '../../core/place.ts';
import type { Service } from '../../core/service.ts';
import { isWhole } from '../../workload/whole-number.ts';

/** One, a pair without a quorum, or an odd number with one. */
export function requireInstances(service: Service, given: unknown): number {
  if (!isWhole(given, 1, 9) || ((given as number) > 2 && (given as number) % 2 === 0)) {
    throw new KeelsonError(service, 'postgres/bad-instance-count', {
      message: `'instances' must be 1, 2, 3, 5, 7 or 9, got ${String(given)}`,
      hint: '3 survive the loss of one and keep writing, 5 of two, and so would 4 and 6; 2 have a copy, but no quorum',
    });
  }
  const instances = given as number;
  const { cluster, tier } = placeOf(service);
  const few = spreadsOverZones(cluster) && cluster.zones.length < 3;
  if (tier === 'production' && instances > 2 && few) {
    throw new KeelsonError(service, 'postgres/too-few-zones', {
      message: `'instances' is ${instances}, and cluster '${cluster.name}' has ${cluster.zones.length} zones: losing one would stop all writes`,
      hint: 'give the cluster a third zone, or say instances: 2 and live with a failover that may lose the last writes',
    });
  }
  return instances;
}

/** How many standbys must have a write before it counts: as many as may be lost. Zero: none. */
export const confirmations = (instances: number): number =>
  instances > 2 ? (instances - 1) / 2 : 0;
