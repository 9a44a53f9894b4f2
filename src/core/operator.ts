import { Construct, type IConstruct } from 'constructs';
import type { Place } from './place.ts';

/** What must be on a cluster before a kind of service can run there: plain data and one pure function. */
export interface Operator {
  readonly name: string;
  /** Operators that must be there first. */
  readonly after?: readonly Operator[];
  /** Adds its objects, knowing every place that needs it. */
  readonly emit: (layer: Construct, users: readonly Place[]) => void;
}

/** One service that needs one operator. Needs bubble up to the cluster, which gets each operator once. */
export class Need extends Construct {
  readonly operator: Operator;

  constructor(scope: Construct, operator: Operator) {
    super(scope, needId(operator));
    this.operator = operator;
  }

  static isNeed(construct: IConstruct): construct is Need {
    return construct instanceof Need;
  }
}

/** Says that a service cannot run without an operator. */
export function needs(scope: Construct, operator: Operator): void {
  if (!scope.node.tryFindChild(needId(operator))) new Need(scope, operator);
}

const needId = (operator: Operator): string => `needs-${operator.name}`;
