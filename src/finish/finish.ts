import { KeelsonError } from '../core/errors.ts';
import type { Entry, Model } from '../core/model.ts';
import { withoutEmptyAnnotations } from './annotations.ts';
import { withLabels } from './labels.ts';
import { withLasting } from './lasting.ts';
import { type ScopeOf, withNamespace } from './namespace.ts';
import { inOrder } from './order.ts';

/** Completes the metadata of every object, and nothing else; never over what the user wrote. */
export function finish(model: Model, scopeOf: ScopeOf): Model {
  const tiers = new Map(model.environments.map(({ environment, tier }) => [environment, tier]));
  const entries = model.entries.map((entry) => {
    requireName(entry);
    if (entry.text !== undefined) return entry; // its metadata is under the seal
    const named = withLabels(withNamespace(entry, scopeOf), model.platform);
    return withLasting(withoutEmptyAnnotations(named), tiers.get(entry.origin.environment));
  });
  return { ...model, entries: inOrder(entries) };
}

function requireName({ object, origin }: Entry): void {
  if (typeof object.metadata?.name === 'string' && object.metadata.name !== '') return;
  throw new KeelsonError(origin.path, 'object/no-name', {
    message: `a ${object.kind} has no 'metadata.name'`,
    hint: 'give it one; generateName makes another object at every apply',
  });
}
