import type { Finding } from '../core/finding.ts';
import type { CheckInput, Rule } from './rule.ts';

/** Every rule, in the order in which they are reported. */
export const RULES: readonly Rule[] = [];

export interface RuleReport {
  readonly rule: string;
  readonly about: string;
  readonly looked: number;
}

export interface CheckReport {
  readonly findings: readonly Finding[];
  readonly rules: readonly RuleReport[];
}

/** Runs every rule over one cluster. */
export function runChecks(input: CheckInput): CheckReport {
  const results = RULES.map(({ about, check, name }) => ({ rule: name, about, ...check(input) }));
  return {
    findings: results.flatMap(({ findings }) => findings),
    rules: results.map(({ rule, about, looked }) => ({ rule, about, looked })),
  };
}
