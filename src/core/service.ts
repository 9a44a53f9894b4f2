import { Construct, type IConstruct } from 'constructs';
import { KeelsonError } from './errors.ts';
import { type Selector, selectorOf } from './labels.ts';
import { isDnsLabel } from './names.ts';

/** What every service that keeps data takes. */
export interface StatefulProps {
  /**
   * The id that this service had before. What runs keeps its old name, and its data with it.
   * @default - the id
   */
  readonly renamedFrom?: string;

  /**
   * The first of two steps that remove data: apply this, then delete the service.
   * @default false
   */
  readonly retire?: boolean;
}

/** Leaves room for what Kubernetes and operators append to a name: `-0`, a hash, `.namespace`. */
const LONGEST_NAME = 40;

/**
 * One thing that runs. Its id is its name, the only thing that names, paths and selectors are made
 * from: moving or wrapping a service in the tree changes nothing.
 */
export abstract class Service extends Construct {
  readonly name: string;
  /** What its pods carry and its selectors look for. */
  readonly selector: Selector;
  /** Set where the service keeps data: what may not disappear by editing text. */
  readonly stateful: StatefulProps | undefined;

  constructor(
    scope: Construct,
    id: string,
    options: { readonly software?: string; readonly stateful?: StatefulProps } = {},
  ) {
    super(unlocked(scope, id), id);
    const { software, stateful } = options;
    this.name = stateful?.renamedFrom ?? id;
    this.stateful = stateful;
    requireName(this, id);
    if (stateful?.renamedFrom !== undefined) requireName(this, stateful.renamedFrom);
    this.selector = selectorOf(software ?? this.name, this.name);
  }

  static isService(construct: IConstruct): construct is Service {
    return construct instanceof Service;
  }

  /** The nearest service around a construct decides its folder. Wrapping constructs do not count. */
  static around(construct: IConstruct): Service | undefined {
    return construct.node.scopes.findLast((scope) => Service.isService(scope)) as
      | Service
      | undefined;
  }
}

function requireName(service: Service, id: string): void {
  if (isDnsLabel(id, LONGEST_NAME)) return;
  throw new KeelsonError(service, 'service/bad-id', {
    message: `service id '${id}' must be a DNS label (a-z, 0-9, '-') of at most ${LONGEST_NAME} letters`,
    hint: 'the id names its objects, its DNS name and its folder; start with a letter',
  });
}

/** Refuses a scope that an earlier compose left behind, in words that say so. */
function unlocked(scope: Construct, id: string): Construct {
  if (!scope.node.locked) return scope;
  throw new KeelsonError(scope, 'compose/kept-tree', {
    message: `service '${id}' is placed in a tree that is already complete`,
    hint: 'keep nothing between calls of compose; build everything from the env that is passed in',
  });
}
