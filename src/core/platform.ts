import type { App } from 'cdk8s';
import { type ClusterFacts, type ClusterProps, clusterFacts } from './cluster.ts';
import { composeCluster } from './compose.ts';
import type { Environment, EnvironmentOf } from './environment.ts';
import type { EnvironmentProps } from './environment-props.ts';
import type { ImageLock } from './image-lock.ts';
import type { Place } from './place.ts';
import { requireDefinition } from './platform-rules.ts';

/** All that one team runs, described once. */
export interface PlatformProps<C extends Record<string, ClusterProps>, S, Shared> {
  /** Names the folder in `dist/` and begins every namespace. */
  readonly name: string;

  readonly clusters: C;

  readonly environments: { readonly [N in keyof S]: EnvironmentProps<keyof C & string, S[N]> };

  /**
   * Builds what all environments of a cluster use together, once per cluster and first.
   * What it returns is `env.shared`.
   */
  readonly composeCluster?: (cluster: Environment) => Shared;

  /** Builds one environment on one cluster. Pure: the same env gives the same services. */
  readonly compose: (env: EnvironmentOf<keyof C & string, NoInfer<S>, NoInfer<Shared>>) => void;
}

/** What is read beside the program. */
export interface Committed {
  readonly lock: ImageLock;
  /** By environment and Secret, what changes with the ciphertext. */
  readonly ciphertext: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** One cluster's construct tree, complete and locked. */
export interface ComposedCluster {
  readonly cluster: ClusterFacts;
  readonly environments: readonly Place[];
  readonly root: App;
}

/** A checked definition, ready to compose. */
export interface Platform {
  readonly name: string;
  readonly clusters: readonly ClusterFacts[];
  /** The clusters that each environment runs on, by name. */
  readonly environments: Readonly<Record<string, readonly string[]>>;
  /** The user's own settings of each environment, by name. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Builds one cluster's tree. Called twice, it gives two trees that share nothing. */
  compose(cluster: string, lock: ImageLock, ciphertext?: Committed['ciphertext']): ComposedCluster;
}

const PLATFORM = Symbol.for('keelson.platform');

/** Describes a platform. Nothing is built until it is composed. */
export function definePlatform<
  const C extends Record<string, ClusterProps>,
  const S extends Record<string, unknown>,
  Shared = undefined,
>(props: PlatformProps<C, S, Shared>): Platform {
  requireDefinition(
    props as PlatformProps<Record<string, ClusterProps>, Record<string, unknown>, unknown>,
  );
  const environments = Object.entries<EnvironmentProps<string, unknown>>(props.environments);
  const platform: Platform = {
    name: props.name,
    clusters: Object.entries(props.clusters).map(([name, each]) => clusterFacts(name, each)),
    environments: Object.fromEntries(
      environments.map(([name, { cluster }]) => [name, [cluster].flat() as string[]]),
    ),
    settings: Object.fromEntries(environments.map(([name, { settings }]) => [name, settings])),
    compose: (cluster, lock, ciphertext = {}) =>
      composeCluster(props as never, cluster, { lock, ciphertext }),
  };
  return Object.defineProperty(platform, PLATFORM, { value: true });
}

export function isPlatform(value: unknown): value is Platform {
  return typeof value === 'object' && value !== null && PLATFORM in value;
}
