import type { Entry, Model } from '../../core/model.ts';
import type { Operator } from '../../core/operator.ts';
import { operatorEntries } from '../../core/operator-entries.ts';
import { SHARED } from '../../core/place.ts';
import { externalSecrets } from '../../operators/external-secrets.ts';
import { sealedSecrets } from '../../operators/sealed-secrets.ts';

/** By the API group of what was emitted: the line that emits a kind also asks for what brings it. */
const CONTROLLERS: Readonly<Record<string, Operator>> = {
  'external-secrets.io': externalSecrets,
  'bitnami.com': sealedSecrets,
};

/** The controllers that open or fetch what was emitted, each once for the cluster. */
export function controllers(model: Model, made: readonly Entry[]): readonly Entry[] {
  const shared = model.environments.find(({ environment }) => environment === SHARED);
  if (!shared || model.cluster.operators === 'present') return [];
  return Object.entries(CONTROLLERS).flatMap(([group, operator]) => {
    if (model.needs.some((need) => need.operator === operator.name)) return []; // a service asked for it
    const users = model.environments.filter(({ environment }) =>
      made.some(
        ({ object, origin }) =>
          origin.environment === environment && object.apiVersion.startsWith(`${group}/`),
      ),
    );
    return users.length > 0 ? operatorEntries(operator, shared, users) : [];
  });
}
