import type { Construct } from 'constructs';
import type * as k8s from '#imports/k8s.ts';
import { spreadsOverZones } from '../core/cluster.ts';
import type { Selector } from '../core/labels.ts';
import { placeOf } from '../core/place.ts';

/**
 * Over zones strictly where nodes carry them, over hosts as far as possible. A rollout counts its own
 * pods only, and nodes that nothing may run on do not count, or a lost zone would leave pods Pending.
 */
export function spread(
  scope: Construct,
  selector: Selector,
  kind: 'Deployment' | 'StatefulSet',
): k8s.TopologySpreadConstraint[] {
  const counted: Pick<
    k8s.TopologySpreadConstraint,
    'labelSelector' | 'matchLabelKeys' | 'maxSkew' | 'nodeTaintsPolicy'
  > = {
    maxSkew: 1,
    nodeTaintsPolicy: 'Honor',
    labelSelector: { matchLabels: { ...selector } },
    ...(kind === 'Deployment' && { matchLabelKeys: ['pod-template-hash'] }),
  };
  const hosts: k8s.TopologySpreadConstraint = {
    topologyKey: 'kubernetes.io/hostname',
    whenUnsatisfiable: 'ScheduleAnyway',
    ...counted,
  };
  if (!spreadsOverZones(placeOf(scope).cluster)) return [hosts];
  const zones: k8s.TopologySpreadConstraint = {
    topologyKey: 'topology.kubernetes.io/zone',
    whenUnsatisfiable: 'DoNotSchedule',
    ...counted,
  };
  return [zones, hosts];
}
