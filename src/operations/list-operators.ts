import { OPERATORS_LAYER } from '../core/layer.ts';
import type { KubeObject, Model } from '../core/model.ts';
import { SHARED } from '../core/place.ts';
import { buildAll, type WorkspaceOptions } from './workspace.ts';

/** The operators of one cluster, as `keelson list --operators --output json` prints it. */
export interface OperatorsListing {
  readonly platform: string;
  readonly cluster: string;
  readonly operators: readonly OperatorListing[];
}

interface OperatorListing {
  readonly operator: string;
  /** Of its chart; absent where the cluster has it without our doing. */
  readonly version?: string;
  /** Who asks for it, as `environment/service`; when the last one goes, its release stays until it is deleted by hand. */
  readonly neededBy: readonly string[];
}

/** Lists who needs which operator, on every cluster or what the options leave of them. */
export async function listOperators(
  options: WorkspaceOptions,
): Promise<readonly OperatorsListing[]> {
  const clusters = await buildAll(options);
  return clusters.map(({ model }) => operatorsOf(model, options.environment));
}

function operatorsOf(model: Model, environment: string | undefined): OperatorsListing {
  const needs = model.needs.filter(
    ({ origin }) => environment === undefined || origin.environment === environment,
  );
  const installed = model.entries
    .filter(({ origin }) => origin.environment === SHARED && origin.layer === OPERATORS_LAYER)
    .map(({ object }) => object);
  const others = environment === undefined ? releasesIn(installed) : [];
  const names = [...new Set([...needs.map(({ operator }) => operator), ...others])].sort();
  return {
    platform: model.platform,
    cluster: model.cluster.name,
    operators: names.map((operator) => {
      const version = versionOf(operator, installed);
      const users = needs.filter((need) => need.operator === operator);
      return {
        operator,
        ...(version !== undefined && { version }),
        neededBy: [
          ...new Set(users.map(({ origin }) => `${origin.environment}/${origin.service}`)),
        ].sort(),
      };
    }),
  };
}

/** What a switch of the environments asked for, or another operator, is needed by no service. */
function releasesIn(objects: readonly KubeObject[]): string[] {
  return objects.flatMap(({ kind, metadata }) => (kind === 'HelmRelease' ? metadata.name : []));
}

function versionOf(operator: string, objects: readonly KubeObject[]): string | undefined {
  for (const { kind, metadata, spec } of objects) {
    if (metadata.name !== operator) continue;
    const { chart, ref } = spec as { chart?: { spec: { version: string } }; ref?: { tag: string } };
    const version = kind === 'HelmRelease' ? chart?.spec.version : ref?.tag;
    if (version !== undefined) return version;
  }
  return undefined;
}
