import type { Finding } from '../core/finding.ts';
import type { Model, SecretFacts } from '../core/model.ts';
import { backendName } from '../core/secret-backend.ts';
import type { Rule } from './rule.ts';

/** What the backend keeps by environment and name must be one thing, and be where it is looked for. */
export const secretReach: Rule = {
  name: 'secret-reach',
  about:
    'two Secrets that the backend would take for one, or a copy from where the backend is another',
  check: ({ model }) => {
    const kept = model.secrets.filter((secret) => backendOf(model, secret) !== 'existing');
    return {
      looked: kept.length,
      findings: kept.flatMap((secret) => faultsOf(secret, kept, model)),
    };
  },
};

function faultsOf(
  secret: SecretFacts,
  kept: readonly SecretFacts[],
  model: Model,
): readonly Finding[] {
  const { copyOf, name, origin } = secret;
  const finding = (message: string, hint: string): Finding[] => [
    { rule: 'secret-reach', severity: 'error', at: origin.path, message, hint },
  ];
  const twin = kept.find(
    (other) =>
      other !== secret && other.name === name && other.origin.environment === origin.environment,
  );
  if (twin && twin.origin.path < origin.path) {
    return finding(
      `Secret '${name}' is also declared by '${twin.origin.path}', in namespace '${twin.origin.namespace}'`,
      'the backend keeps one Secret of a name for each environment: rename one of the services',
    );
  }
  const [here, there] = [backendOf(model, secret), copyOf && backendOf(model, copyOf)];
  if (there === undefined || here === there) return [];
  return finding(
    `Secret '${name}' is a copy of '${copyOf?.name}' in '${copyOf?.origin.environment}', where the backend is '${there}' and here '${here}'`,
    `give both environments the same backend; that of 'shared' is in the cluster's 'shared'`,
  );
}

function backendOf({ environments }: Model, { origin }: SecretFacts): string {
  const place = environments.find(({ environment }) => environment === origin.environment);
  return backendName(place?.secrets ?? 'existing');
}
