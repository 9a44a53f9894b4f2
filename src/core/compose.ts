import { App } from 'cdk8s';
import { type ClusterProps, clusterFacts } from './cluster.ts';
import { Environment } from './environment.ts';
import type { EnvironmentProps } from './environment-props.ts';
import { KeelsonError } from './errors.ts';
import type { ImageLock } from './image-lock.ts';
import { OPERATORS_LAYER } from './layer.ts';
import { Need, type Operator } from './operator.ts';
import { type Place, placeOf, SHARED } from './place.ts';
import type { ComposedCluster, PlatformProps } from './platform.ts';
import type { Tier } from './tier.ts';

type AnyPlatform = PlatformProps<Record<string, ClusterProps>, Record<string, unknown>, unknown>;
type AnyEnvironment = EnvironmentProps<string, unknown>;
type NamespacedPlace = Place & { readonly namespace: string };

/** One tree: shared first, then the cluster's environments, then the operators that they asked for. */
export function composeCluster(
  props: AnyPlatform,
  cluster: string,
  lock: ImageLock,
): ComposedCluster {
  const root = new App({ outdir: 'unused' }); // resolving needs an App; nothing is written by it
  const here = environmentsOn(props, cluster);
  const sharedPlace = placeIn(props, cluster, SHARED, sharedProps(here), lock);
  const places = here.map(([name, each]) => placeIn(props, cluster, name, each, lock));

  const own = new Environment(root, sharedPlace);
  const shared = props.composeCluster?.(own);
  refusePromise(props.name, 'composeCluster', shared);
  for (const place of places) {
    const { settings } = props.environments[place.environment] as AnyEnvironment;
    const env = Object.assign(new Environment(root, place), { settings, shared });
    refusePromise(props.name, 'compose', props.compose(env as never));
    env.node.lock();
  }
  emitOperators(root, own);
  root.node.lock();
  return { cluster: sharedPlace.cluster, environments: [sharedPlace, ...places], root };
}

function environmentsOn(props: AnyPlatform, cluster: string): [string, AnyEnvironment][] {
  const all = Object.entries<AnyEnvironment>(props.environments);
  return all.filter(([, { cluster: on }]) => [on].flat().includes(cluster));
}

/** What the cluster's environments share may lose no more than the most careful of them. */
function sharedProps(here: readonly [string, AnyEnvironment][]): AnyEnvironment {
  const careful = (tier: Tier) => here.some(([, each]) => each.tier === tier);
  const tier = careful('production')
    ? 'production'
    : careful('preproduction')
      ? 'preproduction'
      : 'review';
  const metrics = here.some(([, each]) => each.metrics === 'prometheus') ? 'prometheus' : 'none';
  return { cluster: '', tier, domain: '', settings: undefined, metrics };
}

function placeIn(
  props: AnyPlatform,
  cluster: string,
  environment: string,
  each: AnyEnvironment,
  lock: ImageLock,
): NamespacedPlace {
  const { tier, domain, ingress = 'ingress', metrics = 'none' } = each;
  const { secrets = 'existing', images = 'manual' } = each;
  return {
    platform: props.name,
    cluster: clusterFacts(cluster, props.clusters[cluster] as ClusterProps),
    environment,
    namespace: `${props.name}-${environment}`,
    tier,
    domain,
    ingress,
    metrics,
    secrets,
    images,
    lock,
  };
}

function refusePromise(platform: string, name: string, result: unknown): void {
  if (typeof (result as PromiseLike<unknown> | undefined)?.then !== 'function') return;
  throw new KeelsonError(`platform '${platform}'`, 'compose/promise', {
    message: `'${name}' returned a promise`,
    hint: `make '${name}' an ordinary function; read what it needs before definePlatform is called`,
  });
}

function emitOperators(root: App, own: Environment): void {
  const users = new Map<Operator, Set<Place>>();
  const add = (operator: Operator, place: Place): void => {
    for (const earlier of operator.after ?? []) add(earlier, place);
    users.set(operator, (users.get(operator) ?? new Set()).add(place));
  };
  for (const need of root.node.findAll()) if (Need.isNeed(need)) add(need.operator, placeOf(need));
  if (own.cluster.operators === 'present') return;
  for (const [operator, places] of users) operator.emit(own.layer(OPERATORS_LAYER), [...places]);
}
