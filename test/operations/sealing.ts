import type { KubeObject, SecretFacts } from '../../src/core/model.ts';
import type { Place } from '../../src/core/place.ts';
import type { SecretKeys } from '../../src/core/secret.ts';
import type { SealTarget } from '../../src/operations/secrets/values.ts';

/** A Secret `db-auth` of a service `db`, as the model knows it. */
export function facts(keys: SecretKeys, more: Partial<SecretFacts> = {}): SecretFacts {
  const origin = {
    environment: 'prod',
    layer: 'data',
    service: 'db',
    namespace: 'shop-prod',
    podSecurity: { level: 'restricted' },
    labels: { 'app.kubernetes.io/name': 'db' },
    path: 'prod/data/db',
  } as const;
  return { origin, name: 'db-auth', keys, ...more };
}

/** Where it is to be sealed: what is held there already, and what a copy holds. */
export function target(
  secret: SecretFacts,
  held: readonly string[] = [],
  options: {
    readonly sops?: true;
    readonly copy?: readonly string[];
    readonly copied?: SecretKeys;
  } = {},
): SealTarget {
  const backend = options.sops
    ? { backend: 'sops', recipients: [''] }
    : { backend: 'sealed-secrets' };
  const place = { environment: 'prod', secrets: backend } as unknown as Place;
  const { copied, copy = [] } = options;
  const copies = copied
    ? [{ path: 'copy.yaml', secret: facts(copied, { copyOf: secret }), held: copy, place }]
    : [];
  return { secret, files: [{ path: 'own.yaml', secret, held, place }, ...copies] };
}

export type Plain = KubeObject & { readonly stringData: Readonly<Record<string, string>> };
