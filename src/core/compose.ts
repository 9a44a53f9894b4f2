import { App } from 'cdk8s';
import { type ClusterProps, clusterFacts } from './cluster.ts';
import { Environment } from './environment.ts';
import type { EnvironmentProps, SharedProps, Switches } from './environment-props.ts';
import { KeelsonError } from './errors.ts';
import { OPERATORS_LAYER } from './layer.ts';
import { Need, type Operator } from './operator.ts';
import { type Place, placeOf, RESTRICTED, SHARED } from './place.ts';
import type { Committed, ComposedCluster, PlatformProps } from './platform.ts';
import { TIERS } from './tier.ts';

type AnyPlatform = PlatformProps<Record<string, ClusterProps>, Record<string, unknown>, unknown>;
type AnyEnvironment = EnvironmentProps<string, unknown>;
type NamespacedPlace = Place & { readonly namespace: string };

/** One tree: shared first, then the cluster's environments, then the operators that they asked for. */
export function composeCluster(
  props: AnyPlatform,
  cluster: string,
  committed: Committed,
): ComposedCluster {
  const root = new App({ outdir: 'unused' }); // resolving needs an App; nothing is written by it
  const here = environmentsOn(props, cluster);
  const sharedPlace = placeIn(
    props,
    cluster,
    SHARED,
    sharedProps(here, props.clusters[cluster]?.shared),
    committed,
  );
  const places = here.map(([name, each]) => placeIn(props, cluster, name, each, committed));

  const own = new Environment(root, sharedPlace);
  const shared = props.composeCluster?.(own);
  refusePromise(props.name, 'composeCluster', shared);
  own.complete = true;
  for (const place of places) {
    const { settings } = props.environments[place.environment] as AnyEnvironment;
    const env = Object.assign(new Environment(root, place), { settings: frozen(settings), shared });
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

/** What is shared may lose no more than the most careful environment, and is like all where they agree. */
function sharedProps(
  here: readonly [string, AnyEnvironment][],
  given: SharedProps = {},
): AnyEnvironment {
  const tier = TIERS.find((each) => here.some(([, { tier }]) => tier === each)) ?? 'review';
  const agreed = (key: keyof Switches): Switches => {
    const [first, ...others] = here.map(([, each]) => each[key]);
    const same = others.every((other) => JSON.stringify(other) === JSON.stringify(first));
    return same && first !== undefined ? { [key]: first } : {};
  };
  const switches = {
    ...agreed('ingress'),
    ...agreed('metrics'),
    ...agreed('secrets'),
    ...agreed('backups'),
  };
  return { domain: '', ...switches, ...given, cluster: '', tier, settings: undefined };
}

function placeIn(
  props: AnyPlatform,
  cluster: string,
  environment: string,
  each: AnyEnvironment,
  { ciphertext, lock }: Committed,
): NamespacedPlace {
  const { tier, domain, ingress = 'ingress', metrics = 'none' } = each;
  const {
    secrets = 'existing',
    images = 'manual',
    tags = { semver: '>=0.0.0' },
    rotated = {},
    waive = {},
  } = each;
  const facts = clusterFacts(cluster, props.clusters[cluster] as ClusterProps);
  return {
    platform: props.name,
    cluster: facts,
    environment,
    namespace: `${props.name}-${environment}`,
    tier,
    podSecurity: RESTRICTED,
    domain,
    ingress,
    metrics,
    secrets,
    images,
    tags,
    backups: each.backups,
    registryMirror: each.registryMirror ?? facts.registryMirror,
    waive,
    ciphertext: ciphertext[environment] ?? {},
    rotated,
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
  for (const [operator, places] of users) {
    const inOrder = [...places].sort((a, b) => (a.environment < b.environment ? -1 : 1));
    operator.emit(own.layer(OPERATORS_LAYER), inOrder);
  }
}

/** What one environment did to its settings would be seen by the next cluster that it runs on. */
function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  const isPlain = Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype;
  if (!isPlain) return value;
  Object.values(value).forEach(frozen);
  return Object.freeze(value);
}
