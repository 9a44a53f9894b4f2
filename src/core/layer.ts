import { type ApiObject, Chart } from 'cdk8s';
import { Construct, type IConstruct } from 'constructs';
import { KeelsonError } from './errors.ts';
import { isDnsLabel } from './names.ts';
import { type PodSecurity, placeOf, SHARED, setPlace } from './place.ts';

export interface LayerOptions {
  /**
   * A namespace of its own for what cannot live with the rest, as the end of its name: `'agents'`
   * gives `<platform>-<environment>-agents`.
   * @default - the environment's namespace
   */
  readonly namespace?: string;

  /**
   * What its pods may do, and why they may do more than `restricted`; needs a namespace of its own.
   * @default - restricted
   */
  readonly podSecurity?: PodSecurity;
}

const LAYER = Symbol.for('keelson.Layer');

/** Objects that Flux applies together and waits for. */
export class Layer extends Chart {
  readonly name: string;
  readonly options: LayerOptions;

  constructor(scope: Construct, name: string, options: LayerOptions = {}) {
    requireLayerName(scope, name);
    requireNamespace(scope, name, options);
    const place = placeOf(scope);
    const suffix = options.namespace;
    const namespace = suffix === undefined ? place.namespace : `${place.namespace}-${suffix}`;
    super(scope, name, { disableResourceNameHashes: true, ...(namespace && { namespace }) });
    const { podSecurity = place.podSecurity } = options;
    if (suffix !== undefined) setPlace(this, { ...place, namespace, podSecurity });
    this.name = name;
    this.options = options;
    Object.defineProperty(this, LAYER, { value: true });
  }

  /** cdk8s makes every chart an `instanceof` every subclass of Chart, so a mark of our own decides. */
  static isLayer(construct: IConstruct | undefined): construct is Layer {
    return construct !== undefined && LAYER in construct;
  }

  /** A name for what users mix in without naming it, such as a cdk8s-plus Deployment: its path below the layer. */
  override generateObjectName(object: ApiObject): string {
    const below = object.node.scopes.slice(this.node.scopes.length).map((scope) => scope.node.id);
    const named = below.filter((id) => id !== 'Resource' && id !== 'Default');
    return named.join('-').toLowerCase();
  }

  /** The layer around a construct, or undefined in a plain cdk8s chart. */
  static around(construct: IConstruct): Layer | undefined {
    return construct.node.scopes.find((scope) => Layer.isLayer(scope)) as Layer | undefined;
  }
}

/** What runs before the rest of its layer, such as a migration, or after it, such as a smoke test. */
export type StepName = 'before' | 'after';

/** Marks its children as a step of their layer. */
export class Step extends Construct {
  readonly step: StepName;

  constructor(scope: Construct, step: StepName) {
    super(scope, step);
    this.step = step;
  }

  /** The step that a construct stands in, or undefined for the layer proper. */
  static around(construct: IConstruct): StepName | undefined {
    const found = construct.node.scopes.findLast((scope) => scope instanceof Step);
    return (found as Step | undefined)?.step;
  }
}

/** Layers that Keelson fills itself. */
export const NAMESPACE_LAYER = 'namespace';
export const OPERATORS_LAYER = 'operators';
export const SECRET_STORE_LAYER = 'secret-store';
/** Not a folder: the Kustomization that takes away what an environment no longer has. */
export const PRUNE_LAYER = 'prune';

function requireNamespace(scope: Construct, name: string, options: LayerOptions): void {
  const { namespace, podSecurity } = options;
  if (namespace !== undefined && !isDnsLabel(namespace, 20)) {
    throw new KeelsonError(scope, 'layer/bad-namespace', {
      message: `layer '${name}' has 'namespace' ${JSON.stringify(namespace)}, which is no DNS label (a-z, 0-9, '-') of at most 20 letters`,
      hint: `it is the end of a name: 'agents' gives '${placeOf(scope).namespace}-agents'`,
    });
  }
  const full = `${placeOf(scope).namespace}-${namespace}`;
  if (namespace !== undefined && !isDnsLabel(full)) {
    throw new KeelsonError(scope, 'layer/bad-namespace', {
      message: `layer '${name}' would stand in namespace '${full}', which has more than 63 letters`,
      hint: 'shorten the name of the platform, the environment or the layer',
    });
  }
  if (podSecurity === undefined || podSecurity.level === 'restricted') return;
  if (namespace !== undefined && podSecurity.because?.trim()) return;
  throw new KeelsonError(scope, 'layer/unexplained-pod-security', {
    message: `layer '${name}' has 'podSecurity' ${podSecurity.level} without ${namespace === undefined ? 'a namespace of its own' : "'because'"}`,
    hint: 'what needs more than restricted lives apart, and says why: the reason is written on the namespace',
  });
}

function requireLayerName(scope: Construct, name: string): void {
  const { environment } = placeOf(scope);
  if (!isDnsLabel(name, 40)) {
    throw new KeelsonError(scope, 'layer/bad-name', {
      message: `layer '${name}' must be a DNS label (a-z, 0-9, '-')`,
      hint: 'it names a folder and a Flux Kustomization',
    });
  }
  const reserved =
    [NAMESPACE_LAYER, SECRET_STORE_LAYER, PRUNE_LAYER].includes(name) ||
    (name === OPERATORS_LAYER && environment !== SHARED);
  if (reserved || /-(before|after)$/.test(name)) {
    throw new KeelsonError(scope, 'layer/reserved-name', {
      message: `layer '${name}' has a name that Keelson keeps for itself`,
      hint: `choose another than '${NAMESPACE_LAYER}', '${OPERATORS_LAYER}', '${SECRET_STORE_LAYER}', '${PRUNE_LAYER}' and what ends in '-before' or '-after'`,
    });
  }
}
