import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { KeelsonError } from '../../core/errors.ts';
import type { Model, SecretFacts } from '../../core/model.ts';
import { type Place, SHARED } from '../../core/place.ts';
import { sealedKeys } from '../../core/sealed-document.ts';
import { backendName, isSealed, type SopsBackend } from '../../core/secret-backend.ts';
import { sealedFilePath } from '../../core/secret-path.ts';
import { buildAll, type WorkspaceOptions } from '../workspace.ts';
import { requireOwn, type SealingKey, sealingKey } from './certificate.ts';
import { type GivenValues, givenValues, type SealFault } from './given-values.ts';
import { parse } from './read-sealed.ts';
import { sealedSecret } from './sealed-secret.ts';
import { sopsDocument } from './sops-document.ts';
import { type SealTarget, type TargetFile, valuesFor } from './values.ts';
import { variableName, variablesOf } from './variable.ts';
import { writeFiles } from './write-files.ts';

export interface SealOptions extends WorkspaceOptions {
  readonly environment: string;
  /** The `.env` file, from the project's folder. */
  readonly from: string;
  /** The cluster's sealing certificate, for sealed-secrets. */
  readonly cert?: string;
  readonly now: Date;
}

export interface SealResult {
  /** The files that were written; none when there is a fault. */
  readonly written: readonly string[];
  /** The files that stay as they are. */
  readonly left: readonly string[];
  /** The variables whose values were generated. */
  readonly made: readonly string[];
  readonly faults: readonly SealFault[];
}

/** Encrypts what a `.env` file gives, and what has to be generated. Plans everything, then writes. */
export async function seal(options: SealOptions): Promise<SealResult> {
  const model = await modelOf(options);
  const place = placeOf(model, options.environment);
  const declared = model.secrets.filter(
    ({ copyOf, keys, origin }) =>
      copyOf === undefined &&
      origin.environment === place.environment &&
      !Object.values(keys).some(({ from }) => from === 'operator'),
  );
  const given = givenValues(options.folder, options.from, variablesOf(declared), place.environment);
  const plan = await planned(
    declared.map((secret) => targetOf(secret, model, options.folder)),
    given,
    options,
  );
  if (plan.faults.length === 0) writeFiles(options.folder, plan.files);
  const written = plan.faults.length === 0 ? [...plan.files.keys()].sort() : [];
  return { written, left: plan.left, made: plan.made, faults: plan.faults };
}

async function modelOf(options: SealOptions): Promise<Model> {
  const [first, ...others] = await buildAll(options);
  if (!first) throw nothingToSeal(options.environment, 'runs on no cluster that was asked for');
  const differs = others.find(
    ({ model }) => model.platform !== first.model.platform || options.environment === SHARED,
  );
  if (differs) {
    const { cluster, platform } = differs.model;
    const which = platform === first.model.platform ? '--cluster' : '--platform';
    throw new KeelsonError('keelson secrets seal', 'secret/which-one', {
      message: `'${options.environment}' is on '${first.model.platform}/${first.model.cluster.name}' and on '${platform}/${cluster.name}'`,
      hint: `say which one, with ${which}`,
    });
  }
  return first.model;
}

function placeOf(model: Model, environment: string): Place {
  const place = model.environments.find((each) => each.environment === environment);
  if (place && isSealed(place.secrets)) return place;
  const backend = place ? backendName(place.secrets) : 'existing';
  throw nothingToSeal(
    environment,
    `has the secret backend '${backend}', which needs no ciphertext`,
  );
}

function nothingToSeal(environment: string, what: string): KeelsonError {
  return new KeelsonError('keelson secrets seal', 'secret/nothing-to-seal', {
    message: `environment '${environment}' ${what}`,
    hint: "'sealed-secrets' and 'sops' are sealed; docs/secrets.md shows each backend",
  });
}

function targetOf(secret: SecretFacts, model: Model, folder: string): SealTarget {
  const copies = model.secrets.filter(({ copyOf }) => copyOf === secret);
  const files = [secret, ...copies].flatMap((each): TargetFile[] => {
    const path = sealedFilePath(model, each);
    const place = model.environments.find(
      ({ environment }) => environment === each.origin.environment,
    );
    if (!place || !isSealed(place.secrets)) return []; // a rule says so
    const held = existsSync(join(folder, path))
      ? (sealedKeys(parse(path, readFileSync(join(folder, path), 'utf8'))) ?? [])
      : [];
    return [{ path, secret: each, held, place }];
  });
  return { secret, files };
}

interface Plan extends Omit<SealResult, 'written'> {
  readonly files: ReadonlyMap<string, string>;
}

async function planned(
  targets: readonly SealTarget[],
  given: GivenValues,
  options: SealOptions,
): Promise<Plan> {
  const decided = targets.map((target) => ({
    target,
    ...valuesFor(target, given.values.get(target.secret) ?? new Map()),
  }));
  const said = given.faults.map(({ hint, message }) => `${message} ${hint.split('?')[0]}`).join();
  const missing = decided.flatMap(({ faults }) =>
    faults
      .filter((message) => !said.includes(message.split(' ')[0] ?? '')) // its line is wrong
      .map((message) => ({ at: options.from, message, hint: given.hint })),
  );
  const faults = [...given.faults, ...missing];
  const todo = decided.filter(({ values }) => values.size > 0);
  const left = decided.filter(({ values }) => values.size === 0);
  const files = new Map<string, string>();
  if (faults.length === 0 && todo.length > 0) {
    const encrypt = encryptWith(options);
    for (const { target, values } of todo) {
      for (const file of target.files) files.set(file.path, await encrypt(file, values));
    }
  }
  return {
    files,
    faults,
    left: left.flatMap(({ target }) => target.files.map(({ path }) => path)).sort(),
    made: todo.flatMap(({ made, target }) =>
      made.map((key) => variableName(target.secret.name, key)),
    ),
  };
}

type Encrypt = (file: TargetFile, values: ReadonlyMap<string, string>) => Promise<string>;

/** The certificate is read once, and only where something needs it. */
function encryptWith({ cert, folder, now }: SealOptions): Encrypt {
  let key: SealingKey | undefined;
  return async ({ path, place, secret }, values) => {
    if (backendName(place.secrets) === 'sops') {
      const { recipients } = place.secrets as SopsBackend;
      return sopsDocument(secret, values, recipients, now);
    }
    if (cert === undefined) throw noCertificate(place.environment);
    key ??= sealingKey(folder, cert, now);
    requireOwn(cert, key, place);
    const full = join(folder, path);
    const before = existsSync(full) ? parse(path, readFileSync(full, 'utf8')) : undefined;
    return sealedSecret(secret, values, before, key.publicKey, now);
  };
}

function noCertificate(environment: string): KeelsonError {
  return new KeelsonError('keelson secrets seal', 'secret/no-certificate', {
    message: `environment '${environment}' needs the cluster's sealing certificate`,
    hint: '--cert sealing.pem; `kubeseal --fetch-cert > sealing.pem` fetches it, and it is public',
  });
}
