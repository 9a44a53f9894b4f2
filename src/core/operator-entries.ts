import { ApiObject, App } from 'cdk8s';
import { entryOf } from './collect.ts';
import { Environment } from './environment.ts';
import { OPERATORS_LAYER } from './layer.ts';
import type { Entry } from './model.ts';
import type { Operator } from './operator.ts';
import type { Place } from './place.ts';

/** What an operator emits that no service asked for by itself: a switch of the environments did. */
export function operatorEntries(
  operator: Operator,
  shared: Place,
  users: readonly Place[],
): readonly Entry[] {
  const scratch = new App({ outdir: 'unused' });
  const own = new Environment(scratch, { ...shared, namespace: shared.namespace ?? '' });
  const layer = own.layer(OPERATORS_LAYER);
  operator.emit(layer, users);
  return layer.node
    .findAll()
    .filter((each) => ApiObject.isApiObject(each))
    .map(entryOf);
}
