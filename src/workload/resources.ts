import type { Construct } from 'constructs';
import type * as k8s from '#imports/k8s.ts';
import { KeelsonError } from '../core/errors.ts';
import { type Cpu, parseCpu, parseQuantity, type Quantity } from '../core/quantity.ts';
import { tierOf } from '../core/tier.ts';

export interface Resources {
  /**
   * The processor share that is kept for each pod.
   * @default - what the tier gives: 100m in production
   */
  readonly cpu?: Cpu;

  /**
   * Memory that is kept for each pod, and the most it gets: beyond it the pod is killed.
   * @default - what the tier gives: 256Mi in production
   */
  readonly memory?: Quantity;

  /**
   * The most processor it gets. A limit slows a pod down while the node is idle.
   * @default - none
   */
  readonly cpuLimit?: Cpu;
}

export function resources(scope: Construct, given: Resources = {}): k8s.ResourceRequirements {
  const { request } = tierOf(scope);
  const { cpu = request.cpu, memory = request.memory, cpuLimit } = given;
  requireCpu(scope, 'cpu', cpu);
  if (cpuLimit !== undefined) requireCpu(scope, 'cpuLimit', cpuLimit);
  requireQuantity(scope, 'memory', memory);
  return { requests: { cpu, memory }, limits: { memory, ...(cpuLimit && { cpu: cpuLimit }) } };
}

export function requireCpu(scope: Construct, prop: string, given: unknown): void {
  if (parseCpu(given) !== undefined) return;
  throw new KeelsonError(scope, 'quantity/bad-cpu', {
    message: `'${prop}' must be an amount of processor, got ${JSON.stringify(given)}`,
    hint: "write whole cores as '2' and thousandths as '250m'",
  });
}

export function requireQuantity(
  scope: Construct,
  prop: string,
  given: unknown,
  least?: Quantity,
): void {
  const bytes = parseQuantity(given);
  if (bytes !== undefined && least && bytes < (parseQuantity(least) ?? 0n)) {
    throw new KeelsonError(scope, 'quantity/too-small', {
      message: `'${prop}' must be ${least} or more, got ${JSON.stringify(given)}`,
      hint: 'less is not enough to start with',
    });
  }
  if (bytes !== undefined) return;
  throw new KeelsonError(scope, 'quantity/bad-unit', {
    message: `'${prop}' must be an amount in Ki, Mi, Gi, Ti or Pi, got ${JSON.stringify(given)}`,
    hint: "write whole numbers with a binary unit: '512Mi', '20Gi'",
  });
}
