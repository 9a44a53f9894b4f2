import type { RuleReport } from '../checks/checks.ts';
import { environmentOf, type Finding } from '../core/finding.ts';
import { FLUX } from '../core/place.ts';
import type { BuiltCluster } from './build.ts';
import { buildAll, type WorkspaceOptions } from './workspace.ts';

/** One environment on one cluster, and what the rules say of it. */
export interface CheckedEnvironment {
  readonly platform: string;
  readonly cluster: string;
  readonly environment: string;
  readonly objects: number;
  readonly findings: readonly Finding[];
}

export interface CheckResult {
  readonly environments: readonly CheckedEnvironment[];
  /** Every rule, with how many objects it looked at in all that was built. */
  readonly rules: readonly RuleReport[];
}

/** Builds and checks, and writes nothing. */
export async function check(options: WorkspaceOptions): Promise<CheckResult> {
  return resultOf(await buildAll(options), options.environment);
}

/** What the checks of built clusters found, or of one environment on each. */
export function resultOf(clusters: readonly BuiltCluster[], only?: string): CheckResult {
  const environments = clusters.flatMap(environmentsOf);
  return {
    environments: environments.filter(
      ({ environment }) => only === undefined || environment === only,
    ),
    rules: totals(clusters.flatMap(({ report }) => report.rules)),
  };
}

function environmentsOf({ model, report }: BuiltCluster): CheckedEnvironment[] {
  const { cluster, entries, platform } = model;
  const places = [...model.environments.map(({ environment }) => environment), FLUX];
  return places.flatMap((environment) => {
    const objects = entries.filter(({ origin }) => origin.environment === environment).length;
    const findings = report.findings.filter((finding) => environmentOf(finding) === environment);
    const place = { platform, cluster: cluster.name, environment };
    return objects > 0 ? [{ ...place, objects, findings }] : [];
  });
}

function totals(rules: readonly RuleReport[]): readonly RuleReport[] {
  const sums = new Map<string, RuleReport>();
  for (const each of rules) {
    const looked = (sums.get(each.rule)?.looked ?? 0) + each.looked;
    sums.set(each.rule, { ...each, looked });
  }
  return [...sums.values()];
}
