import { Construct } from 'constructs';
import { HelmRelease, type HelmReleaseSpec } from '#imports/helm.toolkit.fluxcd.io.ts';
import { HelmRepository, OCIRepository } from '#imports/source.toolkit.fluxcd.io.ts';
import { mirrored } from '../core/image-reference.ts';
import type { Operator } from '../core/operator.ts';
import { type Place, placeOf } from '../core/place.ts';
import { type ChartValues, mergedValues } from './chart-values.ts';

export interface HelmOperator {
  readonly name: string;
  /** The chart's name in its repository. */
  readonly chart: string;
  readonly version: string;
  readonly repository: `https://${string}` | `oci://${string}`;
  /** Where its pods run; the chart's release makes it. */
  readonly namespace: string;
  readonly values: (users: readonly Place[]) => ChartValues;
  /**
   * The values that point every image of the chart at a mirror; `at` gives a repository's name there.
   * @default - none; the `image-mirrored` check reports that
   */
  readonly images?: (at: (repository: string) => string) => ChartValues;
  readonly after?: readonly Operator[];
}

/** An operator that comes as a Helm chart: one release, pinned, that is never uninstalled by a failure. */
export function helmOperator(of: HelmOperator): Operator {
  const { after, name } = of;
  return { name, ...(after && { after }), emit: (layer, users) => emit(layer, of, users) };
}

function emit(layer: Construct, of: HelmOperator, users: readonly Place[]): void {
  const { chart, images, name, namespace, values, version } = of;
  const own = new Construct(layer, name); // its folder
  const { registryMirror } = placeOf(own);
  const elsewhere =
    registryMirror && images?.((repository) => mirrored(repository, registryMirror));
  const source = of.repository.startsWith('oci://')
    ? ociSource(own, of)
    : { chart: { spec: { chart, version, sourceRef: httpSource(own, of) } } };
  const retry = { name: 'RetryOnFailure' } as const; // the default remedy removes CRDs, and all objects of theirs
  const spec: HelmReleaseSpec = {
    interval: '1h',
    releaseName: name,
    targetNamespace: namespace,
    storageNamespace: namespace,
    ...source,
    install: { createNamespace: true, crds: 'CreateReplace', strategy: retry },
    upgrade: { crds: 'CreateReplace', strategy: retry },
    driftDetection: { mode: 'enabled' },
    values: mergedValues(values(users), elsewhere || {}),
  };
  new HelmRelease(own, 'Resource', {
    metadata: { name, annotations: { 'kustomize.toolkit.fluxcd.io/prune': 'disabled' } },
    spec,
  });
}

function ociSource(own: Construct, of: HelmOperator): Pick<HelmReleaseSpec, 'chartRef'> {
  const { chart, name, repository, version } = of;
  new OCIRepository(own, 'Chart', {
    metadata: { name },
    spec: {
      interval: '12h',
      url: `${repository}/${chart}`,
      ref: { tag: version },
      layerSelector: {
        mediaType: 'application/vnd.cncf.helm.chart.content.v1.tar+gzip',
        operation: 'copy',
      },
    },
  });
  return { chartRef: { kind: 'OCIRepository', name } };
}

function httpSource(own: Construct, { name, repository }: HelmOperator) {
  new HelmRepository(own, 'Charts', {
    metadata: { name },
    spec: { interval: '12h', url: repository },
  });
  return { kind: 'HelmRepository', name } as const;
}

/** Two of what elects a leader where production asks for it, one elsewhere. */
export function leaders(users: readonly Place[]): number {
  return users.some(({ tier }) => tier === 'production') ? 2 : 1;
}
