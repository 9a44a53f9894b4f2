import { NAMESPACE_LAYER, OPERATORS_LAYER } from '../core/layer.ts';
import type { Entry, Model, ServiceFacts } from '../core/model.ts';
import type { Place } from '../core/place.ts';
import { type LayerOrder, layerKey } from '../gitops/order.ts';
import { buildAll, type WorkspaceOptions } from './workspace.ts';

/** What runs where: plain data, as `keelson list --output json` prints it. */
export interface ClusterListing {
  readonly platform: string;
  readonly cluster: string;
  readonly provider: string;
  readonly kubernetes: string;
  readonly environments: readonly EnvironmentListing[];
}

export interface EnvironmentListing {
  readonly environment: string;
  readonly tier: string;
  /** Absent in `shared`, whose layers have namespaces of their own. */
  readonly namespace?: string;
  readonly domain?: string;
  readonly objects: number;
  /** In the order in which they are applied. */
  readonly layers: readonly LayerListing[];
}

export interface LayerListing {
  readonly layer: string;
  /** The layers that must be there first. */
  readonly after: readonly string[];
  readonly objects: number;
  readonly services: readonly ServiceListing[];
}

interface ServiceListing {
  readonly service: string;
  /** The class, such as 'WebApp'; what Keelson or the user put there without one has none. */
  readonly kind?: string;
  readonly objects: number;
  /** Set where only one pod can be, by nature: nobody answers while it moves. */
  readonly availability?: 'best effort';
}

/** Lists every cluster, or what the options leave of it. */
export async function list(options: WorkspaceOptions): Promise<readonly ClusterListing[]> {
  const clusters = await buildAll(options);
  return clusters.map(({ model, order }) => listingOf(model, order, options.environment));
}

/** What one cluster's finished model holds. */
function listingOf(model: Model, order: LayerOrder, environment?: string): ClusterListing {
  const { cluster, environments, platform } = model;
  const { kubernetes, name, provider } = cluster;
  const wanted = environments
    .filter((place) => environment === undefined || place.environment === environment)
    .map((place) => environmentListing(model, order, place))
    .filter(({ layers }) => layers.length > 0);
  return { platform, cluster: name, provider, kubernetes, environments: wanted };
}

function environmentListing(model: Model, order: LayerOrder, place: Place): EnvironmentListing {
  const { domain, environment, namespace, tier } = place;
  const here = <T extends Entry | ServiceFacts>({ origin }: T) =>
    origin.environment === environment;
  const entries = model.entries.filter(here);
  const services = model.services.filter(here);
  const layers = [...new Set([...entries, ...services].map(({ origin }) => origin.layer))];
  const after = new Map(
    layers.map((layer) => [layer, layersBefore(order, environment, layer, layers)]),
  );
  return {
    environment,
    tier,
    ...(domain !== '' && { namespace: namespace ?? '', domain }),
    objects: entries.length,
    layers: inOrder(after).map((layer) => ({
      layer,
      after: after.get(layer) ?? [],
      ...layerContent(entries.filter(inLayer(layer)), services.filter(inLayer(layer))),
    })),
  };
}

const inLayer =
  (layer: string) =>
  ({ origin }: Entry | ServiceFacts): boolean =>
    origin.layer === layer;

function layerContent(
  entries: readonly Entry[],
  services: readonly ServiceFacts[],
): Pick<LayerListing, 'objects' | 'services'> {
  const facts = new Map(services.map((each) => [each.origin.service, each]));
  const names = new Set([...services, ...entries].map(({ origin }) => origin.service));
  const listed = [...names].sort().map((service) => {
    const { availability, kind } = facts.get(service) ?? {};
    const objects = entries.filter(({ origin }) => origin.service === service).length;
    return {
      service,
      ...(kind !== undefined && { kind }),
      objects,
      ...(availability && { availability }),
    };
  });
  return { objects: entries.length, services: listed };
}

/** What a layer waits for: its own first step, what its connections lead to, and for a last step the layer. */
function layersBefore(
  order: LayerOrder,
  environment: string,
  layer: string,
  layers: readonly string[],
): string[] {
  const linked = order.get(layerKey({ environment, layer }));
  return layers
    .filter(
      (other) =>
        other === `${layer}-before` ||
        `${other}-after` === layer ||
        linked?.has(layerKey({ environment, layer: other })),
    )
    .sort();
}

/** Namespaces first, then each layer when all that it waits for has come; by name where both may. */
function inOrder(after: ReadonlyMap<string, readonly string[]>): string[] {
  const done = new Set<string>();
  const visit = (layer: string): void => {
    if (done.has(layer)) return;
    for (const earlier of after.get(layer) ?? []) visit(earlier);
    done.add(layer);
  };
  const names = [...after.keys()].sort();
  const first = [NAMESPACE_LAYER, OPERATORS_LAYER].filter((name) => after.has(name));
  for (const layer of [...first, ...names]) visit(layer);
  return [...done];
}
