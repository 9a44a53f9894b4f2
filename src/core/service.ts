import { Chart } from 'cdk8s';
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

export interface ServiceOptions {
  /**
   * The program that runs, for `app.kubernetes.io/name`.
   * @default - the service's own name
   */
  readonly software?: string;

  /**
   * The labels of its pods, where an operator chooses them.
   * @default - the selector
   */
  readonly podLabels?: Readonly<Record<string, string>>;

  /**
   * For a service that keeps data: what its props say of that.
   * @default - it keeps none
   */
  readonly stateful?: StatefulProps;

  /**
   * For a program that only one pod can be: while that pod moves nobody answers, so nothing that users
   * wait for may need it.
   * @default - as available as its pods are many
   */
  readonly availability?: 'best effort';
}

/**
 * One thing that runs. Its id is its name, the only thing that names, paths and selectors are made
 * from: moving or wrapping a service in the tree changes nothing.
 */
export abstract class Service extends Construct {
  readonly name: string;
  /** What its pods carry and its selectors look for. */
  readonly selector: Selector;
  /** What its pods really carry: an operator that runs them has labels of its own. */
  readonly podLabels: Readonly<Record<string, string>>;
  /** Set where the service keeps data: what may not disappear by editing text. */
  readonly stateful: StatefulProps | undefined;
  /** Set where only one pod can be, by nature. */
  readonly availability: 'best effort' | undefined;

  constructor(scope: Construct, id: string, options: ServiceOptions = {}) {
    super(ready(scope, id), id);
    const { availability, podLabels, software, stateful } = options;
    this.name = stateful?.renamedFrom ?? id;
    this.stateful = stateful;
    this.availability = availability;
    if (stateful?.renamedFrom !== undefined) requireName(this, this.name);
    this.selector = selectorOf(software ?? this.name, this.name);
    this.podLabels = podLabels ?? this.selector;
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

function requireName(at: Service | string, id: string): void {
  if (isDnsLabel(id, LONGEST_NAME)) return;
  throw new KeelsonError(at, 'service/bad-id', {
    message: `service id '${id}' must be a DNS label (a-z, 0-9, '-') of at most ${LONGEST_NAME} letters`,
    hint: 'the id names its objects, its DNS name and its folder; start with a letter',
  });
}

/** Says in our words what constructs and cdk8s would say in theirs, or not at all. */
function ready(scope: Construct, id: string): Construct {
  const { path, scopes } = scope.node;
  requireName(`${path}/${id}`, id);
  if (scope.node.locked) {
    throw new KeelsonError(scope, 'compose/kept-tree', {
      message: `service '${id}' is placed in a tree that is already complete`,
      hint: 'keep nothing between calls of compose; build everything from the env that is passed in',
    });
  }
  if (scopes.some((each) => (each as { complete?: unknown }).complete === true)) {
    throw new KeelsonError(scope, 'compose/shared-is-complete', {
      message: `service '${id}' is placed into what the cluster's environments share`,
      hint: 'build what is shared in composeCluster; in compose, use a layer of the env that is passed in',
    });
  }
  if (!scopes.some((each) => Chart.isChart(each))) {
    throw new KeelsonError(scope, 'service/no-layer', {
      message: `service '${id}' stands in no layer`,
      hint: "give it one, such as env.layer('apps'); in plain cdk8s, a chart",
    });
  }
  if (scope.node.tryFindChild(id)) {
    throw new KeelsonError(scope, 'service/name-twice', {
      message: `there is something named '${id}' already`,
      hint: 'give one of them another id',
    });
  }
  return scope;
}
