import type { KustomizationSpec } from '#imports/kustomize.toolkit.fluxcd.io.ts';
import { PRUNE_LAYER } from '../core/layer.ts';

/** As if what takes away in an environment were a layer of it. */
export const pruneKey = (environment: string): string => `${environment}/${PRUNE_LAYER}`;

/**
 * A layer only adds and changes: it puts another owner on its objects, who alone takes them away. The label is
 * the one by which Flux knows whose an object is; common metadata comes after Flux's own.
 */
export function takenAwayBy(name: string): Pick<KustomizationSpec, 'commonMetadata' | 'prune'> {
  return {
    prune: false,
    commonMetadata: { labels: { 'kustomize.toolkit.fluxcd.io/name': name } },
  };
}

/**
 * Sees a whole environment and never writes over anything: it only notes what is there, and takes away what is
 * no longer written. Waiting for every layer at the same revision, it does so when everything new runs: a grant
 * outlives the pods that use it, and what moves between layers is not deleted on the way.
 */
export function takesAway(): Pick<KustomizationSpec, 'commonMetadata' | 'prune'> {
  return {
    prune: true,
    commonMetadata: { annotations: { 'kustomize.toolkit.fluxcd.io/ssa': 'IfNotPresent' } },
  };
}
