import type { Construct } from 'constructs';
import { KeelsonError } from '../core/errors.ts';

/** Kubernetes keeps counts and seconds in 32 bits. */
const MOST = 2_147_483_647;

export function requireSeconds(scope: Construct, prop: string, given: number, least = 0): void {
  if (isWhole(given, least)) return;
  throw new KeelsonError(scope, 'service/bad-seconds', {
    message: `'${prop}' must be a whole number of seconds, ${least} or more, got ${given}`,
    hint: 'leave it out for the default',
  });
}

export function requireCount(scope: Construct, prop: string, given: number, least: number): void {
  if (isWhole(given, least)) return;
  throw new KeelsonError(scope, 'service/bad-count', {
    message: `'${prop}' must be a whole number, ${least} or more, got ${given}`,
    hint: 'leave it out for the default',
  });
}

export function isWhole(given: unknown, least: number, most = MOST): boolean {
  return Number.isInteger(given) && (given as number) >= least && (given as number) <= most;
}
