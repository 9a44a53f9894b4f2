import type { Finding } from '../core/finding.ts';
import type { Model, SealedFile, SecretFacts } from '../core/model.ts';
import type { Place } from '../core/place.ts';
import { clearParts, sealedKeys } from '../core/sealed-document.ts';
import { backendName, isSealed } from '../core/secret-backend.ts';
import { sealedFilePath } from '../core/secret-path.ts';
import { itemsIn, textIn } from './read.ts';
import type { Fault, Rule } from './rule.ts';

/** Ciphertext is input: what is declared and what is committed must be the same. */
export const secretSealed: Rule = {
  name: 'secret-sealed',
  about:
    'a declared Secret whose ciphertext is missing, of other keys, for other recipients, or beside clear text',
  check: ({ model }) => {
    const places = model.environments.filter(({ secrets }) => isSealed(secrets));
    const faults = places.flatMap((place) => {
      const here = model.secrets.filter((secret) => isSealedFor(secret, place));
      const files = filesOf(model, place);
      return [
        ...here.flatMap((secret) => faultsOf(secret, files, place, model)),
        ...unused(here, files, place),
      ];
    });
    const looked = model.secrets.filter((secret) =>
      places.some((place) => isSealedFor(secret, place)),
    ).length;
    return { looked, findings: faults };
  },
};

function isSealedFor(secret: SecretFacts, { environment }: Place): boolean {
  const byOperator = Object.values(secret.keys).some(({ from }) => from === 'operator');
  return secret.origin.environment === environment && !(byOperator && !secret.copyOf);
}

function filesOf({ sealed = [] }: Model, { environment }: Place): readonly SealedFile[] {
  return sealed.filter((file) => file.environment === environment);
}

function finding(at: string, { hint, message, severity = 'error' }: Fault): Finding {
  return { rule: 'secret-sealed', severity, at, message, hint };
}

function faultsOf(
  secret: SecretFacts,
  files: readonly SealedFile[],
  place: Place,
  model: Model,
): readonly Finding[] {
  const { keys, name, origin } = secret;
  const again = `\`keelson secrets seal --env ${(secret.copyOf ?? secret).origin.environment} --from .env\``;
  const say = (message: string, hint = `${again} writes it`): Finding =>
    finding(origin.path, { message, hint });
  if (Object.values(keys).some(({ from }) => from === 'operator')) {
    return [
      say(
        `Secret '${secret.copyOf?.name}' is made by an operator in another namespace, and nothing brings it to '${origin.namespace}'`,
        "put the client into the owner's namespace, or choose the backend external-secrets",
      ),
    ];
  }
  const path = sealedFilePath(model, secret);
  const file = files.find((each) => each.secret === name);
  if (!file) return [say(`Secret '${name}' has no ciphertext in ${path}`)];
  const held = sealedKeys(file.object);
  const kind = backendName(place.secrets) === 'sops' ? 'Secret' : 'SealedSecret';
  if (!held || file.object.kind !== kind) {
    const wanted = kind === 'Secret' ? 'a Secret encrypted by SOPS' : 'a SealedSecret';
    return [say(`${path} is not ${wanted}, or something in it is in clear`)];
  }
  return [
    ...clearParts(file).map((part) =>
      say(
        `${path}: ${part}`,
        `take it out; where it tells a value, change that value and ${again} seals the new one`,
      ),
    ),
    ...recipientFaults(file, place, again).map((fault) => finding(origin.path, fault)),
    ...identity(secret, file).map((message) => say(`${path} ${message}`)),
    ...missing(Object.keys(keys), held).map((key) => say(`${path} lacks key '${key}'`)),
    ...missing(held, Object.keys(keys)).map((key) =>
      say(`${path} has key '${key}', which nobody declares`, `${again} leaves it out`),
    ),
  ];
}

/** Which keys open a file of SOPS stands in it; whether they are the cluster's is for the program to say. */
function recipientFaults(
  { file, object }: SealedFile,
  { secrets }: Place,
  again: string,
): readonly Fault[] {
  if (typeof secrets !== 'object' || secrets.backend !== 'sops') return [];
  const held = itemsIn(object, 'sops', 'age').flatMap((item) => textIn(item, 'recipient') ?? []);
  return [
    ...missing(secrets.recipients, held).map((key) => ({
      message: `${file} is not sealed for '${key}'`,
      hint: `give all its values again to ${again}, or \`sops rotate -i --add-age ${key} ${file}\``,
    })),
    ...missing(held, secrets.recipients).map((key) => ({
      severity: 'warning' as const,
      message: `${file} is also sealed for '${key}', whom 'recipients' does not name`,
      hint: `\`sops rotate -i --rm-age ${key} ${file}\`, or name the key under 'recipients'`,
    })),
  ];
}

/** Both are under the seal: under another name, or in another namespace, it never opens. */
function identity({ name, origin, type }: SecretFacts, { object }: SealedFile): readonly string[] {
  const { metadata } = object;
  const spec = object['spec'] as { template?: { type?: unknown } } | undefined;
  const given = object.kind === 'Secret' ? object['type'] : spec?.template?.type;
  return [
    ...(metadata.name === name
      ? []
      : [`is for a Secret '${String(metadata.name)}', not '${name}'`]),
    ...(metadata.namespace === origin.namespace
      ? []
      : [`is for namespace '${String(metadata.namespace)}', not '${origin.namespace}'`]),
    ...((given ?? 'Opaque') === (type ?? 'Opaque')
      ? []
      : [`is of type '${String(given ?? 'Opaque')}', not '${type ?? 'Opaque'}'`]),
  ];
}

const missing = (wanted: readonly string[], there: readonly string[]): string[] =>
  wanted.filter((key) => !there.includes(key)).sort();

function unused(
  here: readonly SecretFacts[],
  files: readonly SealedFile[],
  { environment }: Place,
): readonly Finding[] {
  return files
    .filter(({ secret }) => !here.some(({ name }) => name === secret))
    .map(({ file }) =>
      finding(`${environment}/secrets`, {
        message: `${file} is for a Secret that nobody declares`,
        hint: 'delete the file, or declare the Secret',
        severity: 'warning',
      }),
    );
}
