import type { Finding } from '../../core/finding.ts';
import type { CheckedEnvironment, CheckResult } from '../../operations/check.ts';

/**
 * What `keelson check --output json` prints: a stable contract. Fields may be added; none goes, and
 * none changes its meaning, without another `version`.
 */
export interface CheckDocument {
  readonly version: 1;
  readonly errors: number;
  readonly warnings: number;
  /** Every environment that was checked, those without findings included. */
  readonly environments: readonly PlaceOf<{ readonly objects: number }>[];
  readonly findings: readonly PlaceOf<Finding>[];
  /** Every rule, in the order in which they are reported, with how many objects it looked at. */
  readonly rules: CheckResult['rules'];
}

type PlaceOf<T> = Pick<CheckedEnvironment, 'platform' | 'cluster' | 'environment'> & T;

export function findingsJson(result: CheckResult): string {
  return `${JSON.stringify(documentOf(result), null, 2)}\n`;
}

function documentOf({ environments, rules }: CheckResult): CheckDocument {
  const findings = environments.flatMap(({ cluster, environment, findings: found, platform }) =>
    found.map((finding) => ({ platform, cluster, environment, ...finding })),
  );
  const count = (wanted: Finding['severity']): number =>
    findings.filter(({ severity }) => severity === wanted).length;
  return {
    version: 1,
    errors: count('error'),
    warnings: count('warning'),
    environments: environments.map(({ findings: _, ...place }) => place),
    findings,
    rules,
  };
}
