import { environmentOf, type Finding } from '../core/finding.ts';
import type { Model } from '../core/model.ts';

/** Findings that their environment allows, with the reason that it gives. They stay in sight. */
export function waived(findings: readonly Finding[], model: Model): readonly Finding[] {
  const reasons = new Map(model.environments.map(({ environment, waive }) => [environment, waive]));
  return findings.map((finding) => {
    const allowed = reasons.get(environmentOf(finding) ?? '') ?? {};
    if (!Object.hasOwn(allowed, finding.rule)) return finding;
    return { ...finding, severity: 'waived', because: allowed[finding.rule] ?? '' };
  });
}
