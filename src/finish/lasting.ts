import { RETIRE } from '../core/labels.ts';
import type { Entry } from '../core/model.ts';
import { takesDataAlong } from '../core/stateful.ts';
import type { Tier } from '../core/tier.ts';

const PRUNE = 'kustomize.toolkit.fluxcd.io/prune';

/** Data outlives its file in Git, until somebody has said that it may go; what a review holds goes with it. */
export function withLasting(entry: Entry, tier: Tier | undefined): Entry {
  const { annotations = {} } = entry.object.metadata;
  if (tier === 'review' || tier === undefined || !takesDataAlong(entry.object)) return entry;
  if (PRUNE in annotations || annotations[RETIRE] === 'true') return entry;
  const metadata = {
    ...entry.object.metadata,
    annotations: { ...annotations, [PRUNE]: 'disabled' },
  };
  return { ...entry, object: { ...entry.object, metadata } };
}
