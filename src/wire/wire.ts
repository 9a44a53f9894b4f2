import type { Model, SealedFile } from '../core/model.ts';
import { namespaces } from './namespaces.ts';
import { networkPolicies } from './network/network.ts';
import { secretObjects } from './secrets/secrets.ts';

/** Adds the objects that follow from the model as a whole, and from the ciphertext that is committed. */
export function wire(model: Model, sealed: readonly SealedFile[] = []): Model {
  const entries = [...model.entries, ...secretObjects(model, sealed)];
  const whole: Model = { ...model, sealed, entries };
  return { ...whole, entries: [...entries, ...namespaces(whole), ...networkPolicies(whole)] };
}
