import type { Construct } from 'constructs';
import { KeelsonError } from '../core/errors.ts';
import { isDnsLabel } from '../core/names.ts';
import { isWhole } from './whole-number.ts';

/** A port that a program without root can open, under a name that Kubernetes takes. */
export function requirePort(scope: Construct, name: string, number: number): void {
  if (isWhole(number, 1024, 65_535) && isDnsLabel(name, 15) && !name.includes('--')) return;
  throw new KeelsonError(scope, 'service/bad-port', {
    message: `port '${name}' must be a whole number from 1024 to 65535, got ${number}`,
    hint: "a program that is not root cannot open lower ones; names have at most 15 letters (a-z, 0-9, '-')",
  });
}
