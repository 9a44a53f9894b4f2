import type { Model, SecretFacts } from '../../core/model.ts';
import { backendName } from '../../core/secret-backend.ts';
import { keyPath, sealedFilePath } from '../../core/secret-path.ts';
import { madeOf, type SecretSource } from '../../core/secret-source.ts';
import { type CheckResult, resultOf } from '../check.ts';
import { buildAll, type WorkspaceOptions } from '../workspace.ts';
import { rotatedOn } from './rotated-on.ts';

/** Every Secret of one environment on one cluster, as `keelson secrets list --output json` prints it. */
export interface SecretListing {
  readonly platform: string;
  readonly cluster: string;
  readonly environment: string;
  readonly backend: string;
  readonly secrets: readonly ListedSecret[];
}

export interface ListedSecret {
  readonly secret: string;
  readonly namespace: string;
  readonly type: string;
  readonly owner: string;
  /** For a copy: the Secret that it is made from. */
  readonly copyOf?: string;
  /** The clients that read it, as `environment/service`. */
  readonly consumers: readonly string[];
  /** The day on which a value was changed last, where Git tells. */
  readonly rotatedOn?: string;
  readonly keys: readonly ListedKey[];
}

export interface ListedKey {
  readonly key: string;
  readonly from: SecretSource['from'];
  /** How the value comes to be, in words. */
  readonly about: string;
  /** Where the backend keeps it; absent for what follows from others. */
  readonly path?: string;
}

export interface Inventory {
  readonly environments: readonly SecretListing[];
  /** What the rules say of Secrets. */
  readonly check: CheckResult;
}

/** Lists the Secrets of every environment, or of one. */
export async function inventory(options: WorkspaceOptions): Promise<Inventory> {
  const clusters = await buildAll(options);
  const { environment: only } = options;
  const { environments, rules } = resultOf(clusters, only);
  return {
    environments: clusters.flatMap(({ model }) => listingsOf(model, only)),
    check: {
      environments: environments.map((each) => ({
        ...each,
        findings: each.findings.filter(({ rule }) => /^(clear-)?secret/.test(rule)),
      })),
      rules,
    },
  };
}

/** The environments of one cluster that have Secrets. */
function listingsOf(model: Model, only?: string): readonly SecretListing[] {
  return model.environments.flatMap(({ environment, secrets: backend }) => {
    if (only !== undefined && environment !== only) return [];
    const here = model.secrets.filter(({ origin }) => origin.environment === environment);
    if (here.length === 0) return [];
    const secrets = here.map((secret) => listed(secret, model));
    return [
      {
        platform: model.platform,
        cluster: model.cluster.name,
        environment,
        backend: backendName(backend),
        secrets: secrets.toSorted((a, b) => (idOf(a) < idOf(b) ? -1 : 1)),
      },
    ];
  });
}

const idOf = ({ namespace, secret }: ListedSecret): string => `${secret} ${namespace}`;

function listed(secret: SecretFacts, model: Model): ListedSecret {
  const { copyOf, keys, name, origin, type = 'Opaque' } = secret;
  const day = rotatedOn(secret, model);
  return {
    secret: name,
    namespace: origin.namespace ?? '',
    type,
    owner: (copyOf ?? secret).origin.service,
    ...(copyOf && { copyOf: `${copyOf.origin.environment}/${copyOf.name}` }),
    consumers: consumersOf(secret, model),
    ...(day !== undefined && { rotatedOn: day }),
    keys: Object.entries(keys)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, source]) => {
        const path = pathOf(secret, key, model);
        return {
          key,
          from: source.from,
          about: aboutOf(source),
          ...(path !== undefined && { path }),
        };
      }),
  };
}

function consumersOf({ name, origin }: SecretFacts, { links }: Model): string[] {
  const readers = links.filter(
    ({ client, secrets }) =>
      client.origin.namespace === origin.namespace && secrets.some(({ secret }) => secret === name),
  );
  const names = readers.map(
    ({ client }) => `${client.origin.environment}/${client.origin.service}`,
  );
  return [...new Set(names)].sort();
}

function pathOf(secret: SecretFacts, key: string, model: Model): string | undefined {
  const { environments } = model;
  const { from } = secret.keys[key] ?? {};
  const place = environments.find(({ environment }) => environment === secret.origin.environment);
  const backend = backendName(place?.secrets ?? 'existing');
  if (backend === 'existing') return undefined;
  if (backend !== 'external-secrets') {
    return from === 'operator' ? undefined : sealedFilePath(model, secret);
  }
  const isKept = from === 'generated' || from === 'human' || secret.copyOf !== undefined;
  return isKept && madeOf(secret.keys[key]).length === 0 && from !== 'literal'
    ? keyPath(model, secret, key)
    : undefined;
}

/** Never a value, not even that of a literal: an inventory is shown around. */
function aboutOf(source: SecretSource): string {
  switch (source.from) {
    case 'generated':
      return `generated, ${source.length} ${source.charset === 'hex' ? 'hexadecimal digits' : 'letters and digits'}`;
    case 'human':
      return `given by somebody: ${source.about}`;
    case 'operator':
      return `made by ${source.operator}`;
    case 'literal':
      return 'fixed in the program';
    case 'sha256':
      return `SHA-256 of ${source.of}`;
    case 'template':
      return `derived from ${madeOf(source).join(', ') || 'nothing else'}`;
  }
}
