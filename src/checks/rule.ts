import type { Finding } from '../core/finding.ts';
import type { Entry, Model } from '../core/model.ts';
import type { Schemas } from '../core/schema.ts';

/** All that a rule may look at: one cluster's finished objects, and what kinds there are. */
export interface CheckInput {
  readonly model: Model;
  readonly schemas: Schemas;
  /** The file of each entry below the output folder. */
  readonly fileOf: (entry: Entry) => string;
}

export interface RuleResult {
  /** How many objects the rule had something to say about; 0 means that it did not apply. */
  readonly looked: number;
  readonly findings: readonly Finding[];
}

/** One rule over finished objects. It reports and never throws, so that one run shows everything. */
export interface Rule {
  /** Kebab-case, and the name of its file. */
  readonly name: string;
  /** One sentence: what it refuses. */
  readonly about: string;
  readonly check: (input: CheckInput) => RuleResult;
}
