import type { Finding } from '../core/finding.ts';
import { accountExists } from './account-exists.ts';
import { backupRequired } from './backup-required.ts';
import { budgetTarget } from './budget-target.ts';
import { claimExists } from './claim-exists.ts';
import { clearSecret } from './clear-secret.ts';
import { configExists } from './config-exists.ts';
import { duplicateObject } from './duplicate-object.ts';
import { imageAutomatic } from './image-automatic.ts';
import { imageFlawed } from './image-flawed.ts';
import { imageMirrored } from './image-mirrored.ts';
import { imagePinned } from './image-pinned.ts';
import { imageSetter } from './image-setter.ts';
import { imageUsed } from './image-used.ts';
import { networkPolicyTarget } from './network-policy-target.ts';
import { poolSize } from './pool-size.ts';
import { routeTarget } from './route-target.ts';
import type { CheckInput, Rule } from './rule.ts';
import { scaleTarget } from './scale-target.ts';
import { schema } from './schema.ts';
import { secretExists } from './secret-exists.ts';
import { secretReach } from './secret-reach.ts';
import { secretRotated } from './secret-rotated.ts';
import { secretSealed } from './secret-sealed.ts';
import { secretUsed } from './secret-used.ts';
import { serviceTarget } from './service-target.ts';
import { unknownKind } from './unknown-kind.ts';
import { validNames } from './valid-names.ts';
import { validQuantities } from './valid-quantities.ts';
import { waived } from './waive.ts';

/** Every rule, in the order in which they are reported. */
export const RULES: readonly Rule[] = [
  unknownKind,
  schema,
  duplicateObject,
  validNames,
  validQuantities,
  clearSecret,
  imageAutomatic,
  imagePinned,
  imageFlawed,
  imageMirrored,
  imageSetter,
  imageUsed,
  serviceTarget,
  routeTarget,
  scaleTarget,
  budgetTarget,
  networkPolicyTarget,
  accountExists,
  configExists,
  secretExists,
  secretReach,
  secretRotated,
  secretSealed,
  secretUsed,
  claimExists,
  poolSize,
  backupRequired,
];

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
    findings: waived(
      results.flatMap(({ findings }) => findings),
      input.model,
    ),
    rules: results.map(({ rule, about, looked }) => ({ rule, about, looked })),
  };
}
