import { KeelsonError } from '../../core/errors.ts';
import type { Service } from '../../core/service.ts';
import { isWhole } from '../../workload/whole-number.ts';

/** Servers: a master and at least one that can follow it. */
export function requireReplicas(redis: Service, given: unknown): number {
  if (isWhole(given, 2, 9)) return given as number;
  throw new KeelsonError(redis, 'redis/bad-replicas', {
    message: `'replicas' must be a whole number from 2 to 9, got ${String(given)}`,
    hint: "3 survives the loss of one and still accepts writes; for one server say availability: 'single'",
  });
}

/** An even number survives no more losses than the odd one below it. */
export function requireSentinels(redis: Service, given: unknown): number {
  if (isWhole(given, 3, 9) && (given as number) % 2 === 1) return given as number;
  throw new KeelsonError(redis, 'redis/bad-sentinels', {
    message: `'sentinels' must be 3, 5, 7 or 9, got ${String(given)}`,
    hint: 'more than half must agree: 3 survive the loss of one, 5 of two, and so would 6',
  });
}
