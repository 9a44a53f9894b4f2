import { Construct } from 'constructs';
import type { ClusterFacts } from './cluster.ts';
import { KeelsonError } from './errors.ts';
import { Layer, type LayerOptions } from './layer.ts';
import { type Place, setPlace } from './place.ts';
import type { Tier } from './tier.ts';

/** One place the platform runs, as compose sees it. */
export class Environment extends Construct {
  readonly name: string;
  readonly cluster: ClusterFacts;
  readonly tier: Tier;
  readonly domain: string;
  readonly namespace: string;
  /** Set when nothing more may be built here but what connections make. */
  complete = false;

  constructor(scope: Construct, place: Place & { readonly namespace: string }) {
    super(scope, place.environment);
    setPlace(this, place);
    this.name = place.environment;
    this.cluster = place.cluster;
    this.tier = place.tier;
    this.domain = place.domain;
    this.namespace = place.namespace;
  }

  /** The layer of that name; asking again gives the same one. */
  layer(name: string, options?: LayerOptions): Layer {
    const known = this.node.tryFindChild(name);
    if (Layer.isLayer(known)) {
      const same = options === undefined || options.namespace === known.options.namespace;
      if (same) return known;
      throw new KeelsonError(known, 'layer/two-namespaces', {
        message: `layer '${name}' is in namespace '${known.namespace}', and now has 'namespace' '${options.namespace}'`,
        hint: 'say it once, where the layer is first asked for',
      });
    }
    if (this.node.locked) {
      throw new KeelsonError(this, 'compose/kept-tree', {
        message: `layer '${name}' is added to an environment that is already complete`,
        hint: 'keep nothing between calls of compose; use the env that is passed in',
      });
    }
    return new Layer(this, name, options);
  }
}

/** What compose gets: the settings follow from the name, and `shared` from composeCluster. */
export type EnvironmentOf<C extends string, S, Shared> = {
  [N in keyof S & string]: Omit<Environment, 'name' | 'cluster'> & {
    readonly name: N;
    readonly cluster: ClusterFacts & { readonly name: C };
    readonly settings: S[N];
    readonly shared: Shared;
  };
}[keyof S & string];
