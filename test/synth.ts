import type { Construct } from 'constructs';
import type { ClusterProps } from '../src/core/cluster.ts';
import { collect } from '../src/core/collect.ts';
import type { EnvironmentOf } from '../src/core/environment.ts';
import type { EnvironmentProps } from '../src/core/environment-props.ts';
import type { ImageLock } from '../src/core/image-lock.ts';
import { NAMESPACE_LAYER } from '../src/core/layer.ts';
import type { KubeObject, Model } from '../src/core/model.ts';
import { definePlatform, type Platform } from '../src/core/platform.ts';
import { finish } from '../src/finish/finish.ts';
import { loadSchemas } from '../src/operations/schemas.ts';
import { toYaml } from '../src/output/yaml.ts';
import { wire } from '../src/wire/wire.ts';

export interface SynthOptions {
  readonly environment?: Partial<Omit<EnvironmentProps<'test', undefined>, 'cluster' | 'settings'>>;
  readonly cluster?: Partial<ClusterProps>;
  readonly lock?: ImageLock;
}

export type TestEnvironment = EnvironmentOf<'test', { prod: undefined }, undefined>;

export const CLUSTER: ClusterProps = {
  provider: 'aws',
  kubernetes: '1.34',
  zones: ['a', 'b', 'c'],
};

/** What every test's services may run. */
export const LOCK: ImageLock = {
  prod: {
    shop: {
      repository: 'registry.example.com/shop',
      tag: '1.2.3',
      digest: `sha256:${'0123456789abcdef'.repeat(4)}`,
    },
    envoy: { repository: 'envoyproxy/envoy', tag: 'v1.31.0', digest: undefined },
  },
};

export const schemas = loadSchemas({ folders: ['imports/schemas'], kubernetes: '1.34' });

/** One cluster of a platform: collected, wired and finished. */
export function finished(platform: Platform, cluster: string, lock: ImageLock = LOCK): Model {
  return finish(
    wire(collect(platform.compose(cluster, lock))),
    (apiVersion, kind) => schemas.find(apiVersion, kind)?.scope,
  );
}

/** One environment, `prod`, built by a whole compose function. */
export function modelOfAll(
  compose: (env: TestEnvironment) => void,
  options: SynthOptions = {},
): Model {
  const platform = definePlatform({
    name: 'test',
    clusters: { test: { ...CLUSTER, ...options.cluster } },
    environments: {
      prod: {
        cluster: 'test',
        tier: 'production',
        domain: 'example.com',
        settings: undefined,
        ...options.environment,
      },
    },
    compose,
  });
  return finished(platform, 'test', options.lock);
}

/** One environment, `prod`, with one layer, `apps`. */
export function modelOf(build: (scope: Construct) => void, options: SynthOptions = {}): Model {
  return modelOfAll((env) => build(env.layer('apps')), options);
}

/** The same as YAML, for goldens: without what every namespace gets. */
export function synth(build: (scope: Construct) => void, options?: SynthOptions): string {
  const entries = modelOf(build, options).entries.filter(
    ({ origin }) => origin.layer !== NAMESPACE_LAYER,
  );
  return entries.map(({ object }) => toYaml(object)).join('---\n');
}

/** The one object of that kind and name. */
export function objectOf(model: Model, kind: string, name: string): KubeObject {
  const found = model.entries.filter(
    ({ object }) => object.kind === kind && object.metadata.name === name,
  );
  if (found.length === 1 && found[0]) return found[0].object;
  const all = model.entries.map(({ object }) => `${object.kind} ${object.metadata.name}`);
  throw new Error(`${found.length} × ${kind} ${name} among: ${all.join(', ')}`);
}

/** Its spec, as the type that its kind has. */
export function specOf<S>(model: Model, kind: string, name: string): S {
  return objectOf(model, kind, name)['spec'] as S;
}

/** What there is beside the guards of the namespace, in the order of the output. */
export function listed(model: Model): string[] {
  return model.entries
    .filter(({ origin }) => origin.layer !== NAMESPACE_LAYER)
    .map(({ object, origin }) => `${origin.layer}: ${object.kind} ${object.metadata.name}`);
}
