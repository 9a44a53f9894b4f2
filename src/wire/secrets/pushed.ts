import type * as eso from '#imports/external-secrets.io.ts';
import type * as generators from '#imports/generators.external-secrets.io.ts';
import type { Entry, KubeObject, Model, SecretFacts } from '../../core/model.ts';
import { keyPath, secretPath } from '../../core/secret-path.ts';
import type { SecretSource } from '../../core/secret-source.ts';
import { STORE } from './store.ts';

type Generated = Extract<SecretSource, { from: 'generated' }>;

/**
 * Generated values go straight into the store, once, and are fetched from there like all others: what
 * rebuilds a namespace finds the value that its data was written with.
 */
export function pushedOnce(model: Model, secret: SecretFacts): readonly Entry[] {
  if (secret.copyOf) return [];
  const { keys, name, origin } = secret;
  return Object.entries(keys).flatMap(([key, source]) => {
    if (source.from !== 'generated') return [];
    const object = `${name}-${objectName(key)}`;
    const spec: eso.PushSecretSpec = {
      refreshInterval: '1h',
      updatePolicy: 'IfNotExists',
      deletionPolicy: 'None',
      secretStoreRefs: [{ kind: 'SecretStore', name: STORE }],
      selector: { generatorRef: { ...GENERATOR, name: object } },
      data: [pushed(MADE, { remoteKey: keyPath(model, secret, key), property: key })],
    };
    return [
      { origin, object: generator(object, source) },
      { origin, object: pushSecret(object, spec) },
    ];
  });
}

const GENERATOR = {
  apiVersion: 'generators.external-secrets.io/v1alpha1',
  kind: 'Password',
} as const;

/** The one key of what a Password generator makes. */
const MADE = 'password';

function generator(name: string, { charset, length }: Generated): KubeObject {
  const hex = charset === 'hex'; // written twice as long as what it encodes
  const spec: generators.PasswordSpec = {
    length: hex ? length / 2 : length,
    symbols: 0,
    noUpper: false,
    allowRepeat: true,
    ...(hex && { encoding: 'hex' }),
  };
  return { ...GENERATOR, metadata: { name }, spec };
}

/** An operator's Secret that a client in another namespace reads travels by way of the store, at every change. */
export function pushedByOperator(model: Model, secret: SecretFacts): readonly Entry[] {
  const { keys, name, origin } = secret;
  const copies = model.secrets.filter(({ copyOf }) => copyOf === secret);
  const asked = new Set(copies.flatMap((copy) => Object.keys(copy.keys)));
  const made = [...asked].filter((key) => keys[key]?.from === 'operator').sort();
  if (made.length === 0) return [];
  const remoteKey = secretPath(model, secret);
  const spec: eso.PushSecretSpec = {
    refreshInterval: '10m',
    updatePolicy: 'Replace',
    deletionPolicy: 'Delete',
    secretStoreRefs: [{ kind: 'SecretStore', name: STORE }],
    selector: { secret: { name } },
    data: made.map((key) => pushed(key, { remoteKey, property: key })),
  };
  return [{ origin, object: pushSecret(name, spec) }];
}

function pushed(
  secretKey: string,
  remoteRef: eso.PushSecretSpecDataMatchRemoteRef,
): eso.PushSecretSpecData {
  return { match: { secretKey, remoteRef } };
}

function pushSecret(name: string, spec: eso.PushSecretSpec): KubeObject {
  return {
    apiVersion: 'external-secrets.io/v1alpha1',
    kind: 'PushSecret',
    metadata: { name },
    spec,
  };
}

/** A key may hold what no name of an object may. */
function objectName(key: string): string {
  const name = key.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  return name.replaceAll(/^-+|-+$/g, '') || 'key';
}
