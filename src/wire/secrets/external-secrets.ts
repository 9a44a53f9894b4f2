import type * as eso from '#imports/external-secrets.io.ts';
import type { Entry, KubeObject, Model, Origin, SecretFacts } from '../../core/model.ts';
import type { Place } from '../../core/place.ts';
import type { StoreProps } from '../../core/secret-backend.ts';
import { keyPath } from '../../core/secret-path.ts';
import type { SecretKeys } from '../../core/secret-source.ts';
import { pushedByOperator, pushedOnce } from './pushed.ts';
import { STORE, secretStore } from './store.ts';
import { fetchedFor, templateOf } from './template.ts';

export interface ExternalSecretsInput {
  readonly model: Model;
  readonly place: Place;
  readonly store: StoreProps;
  /** The Secrets of this environment. */
  readonly here: readonly SecretFacts[];
}

/** The store keeps every value; the operator makes Secrets of them. */
export function externalSecrets(input: ExternalSecretsInput): readonly Entry[] {
  const { here, model, place, store } = input;
  const made = here.flatMap((secret) => [
    ...pushedOnce(model, secret),
    ...pushedByOperator(model, secret),
    ...externalSecret(model, secret, place),
  ]);
  const namespaces = new Map<string | undefined, Origin>();
  for (const { origin } of made) {
    if (!namespaces.has(origin.namespace)) namespaces.set(origin.namespace, origin);
  }
  return [...[...namespaces.values()].flatMap((at) => secretStore(at, store)), ...made];
}

/** Nothing for what an operator writes into this very namespace. */
function externalSecret(model: Model, secret: SecretFacts, place: Place): readonly Entry[] {
  const { copyOf, keys, name, origin } = secret;
  const source = copyOf ?? secret;
  if (!copyOf && isMadeByOperator(keys)) return [];
  const wanted = Object.keys(keys).sort();
  const fetched = fetchedFor(wanted, source.keys);
  const spec: eso.ExternalSecretSpec = {
    refreshInterval: '1h',
    secretStoreRef: { kind: 'SecretStore', name: STORE },
    target: {
      name,
      creationPolicy: 'Owner',
      deletionPolicy: 'Retain',
      template: templateFor(secret, wanted, fetched),
    },
    data: fetched.map((key) => ({
      secretKey: key,
      remoteRef: { key: keyPath(model, source, key), property: key },
    })),
  };
  const rotated = rotatedIn(model, source);
  const annotations = {
    ...(isKept(secret, place) && { 'kustomize.toolkit.fluxcd.io/prune': 'disabled' }),
    // Any change of an annotation makes the operator read the store at once.
    ...(rotated !== undefined && { 'keelson.dev/rotated-on': rotated }),
  };
  const object: KubeObject = {
    apiVersion: 'external-secrets.io/v1',
    kind: 'ExternalSecret',
    metadata: { name, ...(Object.keys(annotations).length > 0 && { annotations }) },
    spec,
  };
  return [{ origin, object }];
}

function rotatedIn({ environments }: Model, { name, origin }: SecretFacts): string | undefined {
  const place = environments.find(({ environment }) => environment === origin.environment);
  return place?.rotated[name];
}

/** What was generated outlives its file in Git, and in `review` nothing does. A copy goes with its connection. */
function isKept({ copyOf, keys }: SecretFacts, { tier }: Place): boolean {
  const generated = Object.values(keys).some(({ from }) => from === 'generated');
  return generated && copyOf === undefined && tier !== 'review';
}

const isMadeByOperator = (keys: SecretKeys): boolean =>
  Object.values(keys).some(({ from }) => from === 'operator');

/** With metadata of its own, or the Secret would inherit what was said of the ExternalSecret. */
function templateFor(
  { copyOf, keys, labels, origin, type }: SecretFacts,
  wanted: readonly string[],
  fetched: readonly string[],
): eso.ExternalSecretSpecTargetTemplate {
  const source = copyOf?.keys ?? keys;
  const same = wanted.length === fetched.length && wanted.every((key, at) => key === fetched[at]);
  const data = Object.fromEntries(wanted.map((key) => [key, templateOf(key, source)]));
  return {
    engineVersion: 'v2',
    metadata: { labels: { ...origin.labels, ...labels } },
    ...(type !== undefined && { type }),
    ...(!same && { data }),
  };
}
