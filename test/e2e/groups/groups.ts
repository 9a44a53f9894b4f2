import type { Group } from '../group.ts';
import { apply } from './apply.ts';
import { autoscaling } from './autoscaling.ts';
import { drain } from './drain.ts';
import { flux } from './flux.ts';
import { network } from './network.ts';
import { rollout } from './rollout.ts';
import { versions } from './versions.ts';
import { zoneLoss } from './zone-loss.ts';

/** In the order in which they run. */
export const groups: readonly Group[] = [
  versions,
  network,
  flux,
  apply,
  rollout,
  drain,
  zoneLoss,
  autoscaling,
];
