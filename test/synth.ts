import type { Construct } from 'constructs';
import type { ClusterProps } from '../src/core/cluster.ts';
import { collect } from '../src/core/collect.ts';
import type { EnvironmentProps } from '../src/core/environment-props.ts';
import type { ImageLock } from '../src/core/image-lock.ts';
import { NAMESPACE_LAYER } from '../src/core/layer.ts';
import type { Model } from '../src/core/model.ts';
import { definePlatform } from '../src/core/platform.ts';
import { finish } from '../src/finish/finish.ts';
import { loadSchemas } from '../src/operations/schemas.ts';
import { toYaml } from '../src/output/yaml.ts';
import { wire } from '../src/wire/wire.ts';

export interface SynthOptions {
  readonly environment?: Partial<Omit<EnvironmentProps<'test', undefined>, 'cluster' | 'settings'>>;
  readonly cluster?: Partial<ClusterProps>;
  readonly lock?: ImageLock;
}

const CLUSTER: ClusterProps = { provider: 'aws', kubernetes: '1.34', zones: ['a', 'b', 'c'] };

/** What every test's services may run. */
const LOCK: ImageLock = {
  prod: {
    shop: {
      repository: 'registry.example.com/shop',
      tag: '1.2.3',
      digest: `sha256:${'0123456789abcdef'.repeat(4)}`,
    },
  },
};

export const schemas = loadSchemas({ folders: ['imports/schemas'], kubernetes: '1.34' });

/** One environment, `prod`, with one layer, `apps`: collected, wired and finished. */
export function modelOf(build: (scope: Construct) => void, options: SynthOptions = {}): Model {
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
    compose: (env) => build(env.layer('apps')),
  });
  const composed = platform.compose('test', options.lock ?? LOCK);
  return finish(
    wire(collect(composed)),
    (apiVersion, kind) => schemas.find(apiVersion, kind)?.scope,
  );
}

/** The same as YAML, for goldens: without what every namespace gets. */
export function synth(build: (scope: Construct) => void, options?: SynthOptions): string {
  const entries = modelOf(build, options).entries.filter(
    ({ origin }) => origin.layer !== NAMESPACE_LAYER,
  );
  return entries.map(({ object }) => toYaml(object)).join('---\n');
}
