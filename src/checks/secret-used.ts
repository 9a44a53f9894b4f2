import type { Finding } from '../core/finding.ts';
import type { Model, SecretFacts } from '../core/model.ts';
import { type ObjectIndex, objectsOf } from './index-of-objects.ts';
import { secretReferences } from './references.ts';
import type { Rule } from './rule.ts';

export const secretUsed: Rule = {
  name: 'secret-used',
  about: 'a declared Secret that nothing reads',
  check: ({ model }) => ({
    looked: model.secrets.length,
    findings: unusedSecrets(model).map(
      ({ name, origin }): Finding => ({
        rule: 'secret-used',
        severity: 'warning',
        at: origin.path,
        message: `Secret '${name}' is declared, and nothing reads it`,
        hint: 'use it, or take the declaration away: what nobody needs can only be lost',
      }),
    ),
  }),
};

/** Declared Secrets that no pod and no other object of their namespace names. */
function unusedSecrets(model: Model): readonly SecretFacts[] {
  const objects = objectsOf(model);
  const read = new Set(
    objects.workloads.flatMap((entry) =>
      secretReferences(objects.specOf(entry)).map(
        ({ name }) => `${entry.object.metadata.namespace} ${name}`,
      ),
    ),
  );
  return model.secrets.filter(
    (secret) => !read.has(`${secret.origin.namespace} ${secret.name}`) && !isNamed(secret, objects),
  );
}

/** Kinds that only bring a Secret about. */
const BRINGS = /^(external-secrets\.io|generators\.external-secrets\.io|bitnami\.com)\//;

/** Custom resources have words of their own for a Secret; the name is in all of them. */
function isNamed({ copyOf, name, origin }: SecretFacts, { all }: ObjectIndex): boolean {
  if (copyOf) return true; // a connection asked for it
  return all.some(
    ({ object, text }) =>
      object.metadata.namespace === origin.namespace &&
      text === undefined &&
      !BRINGS.test(object.apiVersion) &&
      mentions(object, name),
  );
}

function mentions(value: unknown, name: string): boolean {
  if (typeof value === 'string') return value === name;
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).some((each) => mentions(each, name));
}
