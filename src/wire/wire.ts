import type { Entry, Model } from '../core/model.ts';
import { namespaces } from './namespaces.ts';
import { networkPolicies } from './network.ts';

/** Adds the objects that follow from the model as a whole. */
export function wire(model: Model): Model {
  const wired: Entry[] = [...namespaces(model), ...networkPolicies(model)];
  return { ...model, entries: [...model.entries, ...wired] };
}
