import type { KustomizationSpec } from '#imports/kustomize.toolkit.fluxcd.io.ts';
import type { GitRepositorySpec } from '#imports/source.toolkit.fluxcd.io.ts';
import { FLUX_NAMESPACE } from '../core/image-lock.ts';
import { NAMESPACE_LAYER, OPERATORS_LAYER, SECRET_STORE_LAYER } from '../core/layer.ts';
import type { Entry, KubeObject, Model } from '../core/model.ts';
import { FLUX, RESTRICTED, SHARED } from '../core/place.ts';
import { SOPS_KEY_SECRET } from '../core/secret-backend.ts';
import { healthChecks } from './health.ts';
import { imageAutomation } from './image-automation.ts';
import { type LayerOrder, layerKey } from './order.ts';
import { pruneKey, takenAwayBy, takesAway } from './prune.ts';

const KUSTOMIZATION = 'kustomize.toolkit.fluxcd.io/v1';

/** What starts Flux on a cluster: where it reads, one Kustomization for each layer and step, one that takes away. */
export function fluxEntries(model: Model, order: LayerOrder): Entry[] {
  const { git } = model.cluster;
  if (!git) return [];
  const layers = layersOf(model);
  const environments = new Set([...layers.keys()].map(environmentOf));
  const kustomizations = [
    followItself(model),
    ...[...layers].map(([layer, objects]) => {
      const waits = waitsOf(layer, layers, order);
      return kustomization(model, layer, {
        ...followed(model, layer),
        wait: true,
        ...takenAwayBy(pruneName(model, environmentOf(layer))),
        ...(waits.length > 0 && { dependsOn: waits.map((wait) => dependency(model, wait)) }),
        ...ignored(objects),
        ...decryption(objects),
        ...health(objects),
      });
    }),
    ...[...environments].map((environment) => {
      const here = [...layers.keys()].filter((layer) => environmentOf(layer) === environment);
      const waits = environment === SHARED ? [...layers.keys()] : here;
      return kustomization(model, pruneKey(environment), {
        ...followed(model, environment),
        ...takesAway(),
        dependsOn: waits.sort().map((layer) => ({ name: nameOf(model, layer) })),
        ...decryption(here.flatMap((layer) => layers.get(layer) ?? [])),
      });
    }),
  ];
  const inOrder = [...kustomizations, ...imageAutomation(model, git)].sort((a, b) =>
    `${a.metadata.name} ${a.kind}` < `${b.metadata.name} ${b.kind}` ? -1 : 1,
  );
  return [source(model.platform, git), ...inOrder].map((each) => ({
    origin: origin(each.metadata.name),
    object: each,
  }));
}

/** Keeps this very folder as Git has it: a layer that comes is applied, an environment that goes is taken away. */
function followItself(model: Model): KubeObject {
  const spec: KustomizationSpec = { ...followed(model, FLUX), prune: true };
  return object(KUSTOMIZATION, 'Kustomization', model.platform, spec);
}

function kustomization(model: Model, layer: string, spec: KustomizationSpec): KubeObject {
  return object(KUSTOMIZATION, 'Kustomization', nameOf(model, layer), spec);
}

/** A folder of the cluster's tree, and how often Flux looks at it. */
function followed(model: Model, folder: string) {
  const { path = `dist/${model.platform}/${model.cluster.name}` } = model.cluster.git ?? {};
  return {
    sourceRef: { kind: 'GitRepository', name: model.platform } as const,
    path: `./${path}/${folder}`,
    interval: intervalOf(model, environmentOf(folder)),
    retryInterval: '2m',
    timeout: '10m',
  };
}

function source(name: string, { branch, secret, url }: NonNullable<Model['cluster']['git']>) {
  const spec: GitRepositorySpec = {
    url,
    ref: { branch },
    interval: '1m',
    ...(secret !== undefined && { secretRef: { name: secret } }),
  };
  return object('source.toolkit.fluxcd.io/v1', 'GitRepository', name, spec);
}

interface Wait {
  readonly layer: string;
  /** A step waits for the same revision; what merely connects waits on the first day only. */
  readonly always: boolean;
}

function waitsOf(layer: string, layers: ReadonlyMap<string, unknown>, order: LayerOrder): Wait[] {
  const [environment = '', name = ''] = layer.split('/');
  const base = name.replace(/-(before|after)$/, '');
  const steps = name.endsWith('-after') ? [base] : name === base ? [`${name}-before`] : [];
  const waits = [
    ...steps.map((step) => ({ layer: `${environment}/${step}`, always: true })),
    ...[
      ...groundOf(environment, name, layers),
      ...[...(order.get(layer)?.keys() ?? [])].sort(),
    ].map((other) => ({ layer: other, always: false })),
  ];
  const known = waits.filter((wait) => wait.layer !== layer && layers.has(wait.layer));
  return known.filter((wait, at) => known.findIndex((other) => other.layer === wait.layer) === at);
}

/** What must be there before anything else: the namespace, the operators, and where secrets come from. */
function groundOf(
  environment: string,
  name: string,
  layers: ReadonlyMap<string, unknown>,
): string[] {
  if (name === NAMESPACE_LAYER) return [];
  const namespace = `${environment}/${NAMESPACE_LAYER}`;
  // Some charts make objects in every namespace that their operator watches.
  if (environment === SHARED && name === OPERATORS_LAYER) {
    return [...layers.keys()].filter((each) => each.endsWith(`/${NAMESPACE_LAYER}`)).sort();
  }
  const operators = `${SHARED}/${OPERATORS_LAYER}`;
  return [namespace, operators, `${environment}/${SECRET_STORE_LAYER}`];
}

/** Ordered on the first day and independent afterwards: a hot fix never waits for data to be healthy. */
function dependency(model: Model, { always, layer }: Wait) {
  const applied = "has(dep.status.lastAppliedRevision) && dep.status.lastAppliedRevision != ''";
  return { name: nameOf(model, layer), ...(!always && { readyExpr: applied }) };
}

/** An autoscaler owns the number of pods once they run. */
function ignored(objects: readonly KubeObject[]): Pick<KustomizationSpec, 'ignore'> {
  const scaled = objects.flatMap(({ kind, spec }) => {
    const { scaleTargetRef } = (spec ?? {}) as { scaleTargetRef?: { kind: string; name: string } };
    return kind === 'HorizontalPodAutoscaler' && scaleTargetRef ? [scaleTargetRef] : [];
  });
  const ignore = scaled.map(({ kind, name }) => ({
    paths: ['/spec/replicas'],
    target: { kind, name },
  }));
  return ignore.length > 0 ? { ignore } : {};
}

/** The only Secrets that are ever written are encrypted ones. */
function decryption(objects: readonly KubeObject[]): Pick<KustomizationSpec, 'decryption'> {
  if (!objects.some(({ apiVersion, kind }) => apiVersion === 'v1' && kind === 'Secret')) return {};
  return { decryption: { provider: 'sops', secretRef: { name: SOPS_KEY_SECRET } } };
}

function health(objects: readonly KubeObject[]): Pick<KustomizationSpec, 'healthCheckExprs'> {
  const healthCheckExprs = healthChecks(objects);
  return healthCheckExprs.length > 0 ? { healthCheckExprs } : {};
}

function intervalOf(model: Model, environment: string): string {
  const place = model.environments.find((each) => each.environment === environment);
  return place?.tier === 'production' ? '10m' : '5m';
}

function layersOf(model: Model): Map<string, KubeObject[]> {
  const layers = new Map<string, KubeObject[]>();
  for (const { object: each, origin: from } of model.entries) {
    const known = layers.get(layerKey(from));
    if (known) known.push(each);
    else layers.set(layerKey(from), [each]);
  }
  return layers;
}

const nameOf = (model: Model, layer: string): string =>
  `${model.platform}-${layer.replaceAll('/', '-')}`;
const pruneName = (model: Model, environment: string): string =>
  nameOf(model, pruneKey(environment));
const environmentOf = (layer: string): string => layer.split('/')[0] ?? '';

function object(apiVersion: string, kind: string, name: string, spec: object): KubeObject {
  return { apiVersion, kind, metadata: { name, namespace: FLUX_NAMESPACE }, spec };
}

function origin(name: string): Entry['origin'] {
  return {
    environment: FLUX,
    layer: '',
    service: '',
    namespace: FLUX_NAMESPACE,
    podSecurity: RESTRICTED,
    labels: { 'app.kubernetes.io/name': name },
    path: FLUX,
  };
}
