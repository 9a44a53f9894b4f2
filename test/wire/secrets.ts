import { collect } from '../../src/core/collect.ts';
import type { Environment } from '../../src/core/environment.ts';
import type { KubeObject, Model, SealedFile } from '../../src/core/model.ts';
import { definePlatform } from '../../src/core/platform.ts';
import type { SecretBackend } from '../../src/core/secret-backend.ts';
import type { Tier } from '../../src/core/tier.ts';
import { finish } from '../../src/finish/finish.ts';
import { toYaml } from '../../src/output/yaml.ts';
import { wire } from '../../src/wire/wire.ts';
import { CLUSTER, LOCK, schemas } from '../synth.ts';

export const VAULT: SecretBackend = {
  backend: 'external-secrets',
  store: { vault: { server: 'https://vault.example.com:8200', path: 'kv', role: 'shop-prod' } },
};

export interface Given {
  readonly secrets: SecretBackend;
  readonly tier?: Tier;
  readonly operators?: 'present';
  readonly sealed?: readonly SealedFile[];
  /** Builds what is shared; compose gets what it returns. */
  readonly shared?: (cluster: Environment) => unknown;
}

/** One environment, `prod` of `test`, with a secret backend. */
export function withBackend(
  given: Given,
  compose: (env: Environment, shared: unknown) => void,
): Model {
  const { operators, sealed, secrets, shared, tier = 'production' } = given;
  const platform = definePlatform({
    name: 'test',
    clusters: { test: { ...CLUSTER, ...(operators && { operators }), shared: { secrets } } },
    environments: {
      prod: { cluster: 'test', tier, domain: 'example.com', settings: undefined, secrets },
    },
    composeCluster: (cluster) => shared?.(cluster),
    compose: (env) => compose(env as unknown as Environment, env.shared),
  });
  const model = wire(collect(platform.compose('test', LOCK)), sealed);
  return finish(model, (apiVersion, kind) => schemas.find(apiVersion, kind)?.scope);
}

const BRINGS_SECRETS = /external-secrets|bitnami|sops|ServiceAccount external-secrets/;

/** What the backend made, as YAML. */
export function backendYaml(model: Model): string {
  return backendObjects(model)
    .map((object) => toYaml(object))
    .join('---\n');
}

export function backendObjects({ entries }: Model): KubeObject[] {
  return entries
    .filter(({ object }) =>
      BRINGS_SECRETS.test(`${object.apiVersion} ${object.kind} ${object.metadata.name}`),
    )
    .map(({ object }) => object);
}
