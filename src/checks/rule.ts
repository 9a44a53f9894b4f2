import type { Finding } from '../core/finding.ts';
import type { Entry, Model } from '../core/model.ts';
import type { Schemas } from '../core/schema.ts';
import { type ObjectIndex, objectsOf } from './index-of-objects.ts';

/** All that a rule may look at: one cluster's finished objects, and what kinds there are. */
export interface CheckInput {
  readonly model: Model;
  readonly schemas: Schemas;
  /** The file of each entry below the output folder. */
  readonly fileOf: (entry: Entry) => string;
}

interface RuleResult {
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

/** What a rule says of one object. */
export interface Fault {
  readonly message: string;
  readonly hint: string;
  /** @default 'error' */
  readonly severity?: 'error' | 'warning';
}

export interface RuleProps {
  readonly about: string;
  /** The objects that the rule looks at. */
  readonly of: (objects: ObjectIndex, model: Model) => readonly Entry[];
  /** What is wrong with one of them. */
  readonly judge: (entry: Entry, objects: ObjectIndex, input: CheckInput) => Iterable<Fault>;
}

/** A rule that judges one object after the other. */
export function defineRule(name: string, { about, judge, of }: RuleProps): Rule {
  const check = (input: CheckInput): RuleResult => {
    const objects = objectsOf(input.model);
    const entries = of(objects, input.model);
    const findings = entries.flatMap((entry) =>
      [...judge(entry, objects, input)].map(({ hint, message, severity = 'error' }): Finding => {
        const { origin } = entry;
        const at = origin.path || `${origin.environment}/${origin.service}`;
        return { rule: name, severity, at, file: input.fileOf(entry), message, hint };
      }),
    );
    return { looked: entries.length, findings };
  };
  return { name, about, check };
}
