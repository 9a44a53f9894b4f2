import type * as eso from '#imports/external-secrets.io.ts';
import { SECRET_STORE_LAYER } from '../../core/layer.ts';
import type { Entry, KubeObject, Origin } from '../../core/model.ts';
import type { StoreProps } from '../../core/secret-backend.ts';

/** The name of each namespace's store, and of the account that logs in to it. */
export const STORE = 'external-secrets';

/** A namespace's own door to the store, with a role of its own: it opens nothing of its neighbours. */
export function secretStore(at: Origin, store: StoreProps): readonly Entry[] {
  const { environment, namespace = '', podSecurity } = at;
  const origin: Origin = {
    environment,
    layer: SECRET_STORE_LAYER,
    service: namespace,
    namespace,
    podSecurity,
    labels: { 'app.kubernetes.io/name': STORE },
    path: environment,
  };
  const objects = [storeObject(store), ...accounts(store)];
  return objects.map((object) => ({ origin, object }));
}

function storeObject(store: StoreProps): KubeObject {
  const spec: eso.SecretStoreSpec = { provider: providerOf(store) };
  return {
    apiVersion: 'external-secrets.io/v1',
    kind: 'SecretStore',
    metadata: { name: STORE },
    spec,
  };
}

function providerOf(store: StoreProps): eso.SecretStoreSpecProvider {
  const serviceAccountRef = { name: STORE };
  if ('vault' in store) {
    const { mountPath = 'kubernetes', path, role, server } = store.vault;
    const auth = { kubernetes: { mountPath, role, serviceAccountRef } };
    return { vault: { server, path, version: 'v2', auth } };
  }
  const { region, role } = store.aws;
  const auth = role !== undefined && { jwt: { serviceAccountRef } };
  return { aws: { service: 'SecretsManager', region, ...(auth && { auth }) } };
}

/** Without a role for the namespace there is nobody to log in as. */
function accounts(store: StoreProps): readonly KubeObject[] {
  const role = 'aws' in store ? store.aws.role : undefined;
  if ('aws' in store && role === undefined) return [];
  const annotations = role !== undefined && { 'eks.amazonaws.com/role-arn': role };
  return [
    {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: STORE, ...(annotations && { annotations }) },
      automountServiceAccountToken: false,
    },
  ];
}
