import type { IConstruct } from 'constructs';
import { KeelsonError } from './errors.ts';
import { isDnsSubdomain, suggest } from './names.ts';
import { madeOf, type SecretKeys, type SecretSource } from './secret-source.ts';

/** What Kubernetes asks of Secrets of its own types. */
const KEYS_OF_TYPE: ReadonlyMap<string, readonly string[]> = new Map([
  ['kubernetes.io/basic-auth', ['username', 'password']],
  ['kubernetes.io/dockerconfigjson', ['.dockerconfigjson']],
  ['kubernetes.io/ssh-auth', ['ssh-privatekey']],
  ['kubernetes.io/tls', ['tls.crt', 'tls.key']],
]);

/** Refuses a declaration that could never become a Secret. */
export function requireSecret(
  at: IConstruct,
  name: string,
  keys: SecretKeys,
  type: string | undefined,
): void {
  if (!isDnsSubdomain(name)) {
    throw new KeelsonError(at, 'secret/bad-name', {
      message: `a secret's 'name' must be a DNS name (a-z, 0-9, '-', '.'), got ${JSON.stringify(name)}`,
      hint: 'it is the name of a Secret and of a file',
    });
  }
  if (Object.keys(keys ?? {}).length === 0) {
    throw new KeelsonError(at, 'secret/no-keys', {
      message: `secret '${name}' declares no keys`,
      hint: 'name each key and how its value comes to be',
    });
  }
  for (const [key, source] of Object.entries(keys)) requireKey(at, name, key, source, keys);
  for (const key of Object.keys(keys)) requireNoCircle(at, name, key, keys);
  requireOneMaker(at, name, keys);
  const asked = KEYS_OF_TYPE.get(type ?? '') ?? [];
  const lacking = asked.filter((key) => !Object.hasOwn(keys, key));
  if (lacking.length === 0) return;
  throw new KeelsonError(at, 'secret/type-lacks-key', {
    message: `secret '${name}' of type '${type}' has no key '${lacking.join("', '")}'`,
    hint: `Kubernetes asks for ${asked.join(', ')}`,
  });
}

function requireKey(
  at: IConstruct,
  secret: string,
  key: string,
  source: SecretSource | undefined,
  keys: SecretKeys,
): void {
  if (!/^[-._a-zA-Z0-9]{1,253}$/.test(key)) {
    throw new KeelsonError(at, 'secret/bad-key', {
      message: `secret '${secret}' has a key ${JSON.stringify(key)}`,
      hint: "letters, digits, '-', '_' and '.', at most 253 of them",
    });
  }
  const called = `key '${key}' of secret '${secret}'`;
  if (source?.from === 'generated') requireMakable(at, called, source);
  const problem = problemOf(source);
  if (problem !== undefined) {
    throw new KeelsonError(at, 'secret/no-source', {
      message: `${called} ${problem}`,
      hint: 'one of generated(), human(about), madeBy(operator), literal(value), derived(template), sha256Of(key)',
    });
  }
  const unknown = madeOf(source).find((each) => !Object.hasOwn(keys, each));
  if (unknown === undefined) return;
  throw new KeelsonError(at, 'secret/unknown-key', {
    message: `key '${key}' of secret '${secret}' is made of '${unknown}', which the secret has not`,
    hint: suggest(
      'keys',
      unknown,
      Object.keys(keys).filter((each) => each !== key),
    ),
  });
}

const LONGEST = 1024;

function requireMakable(
  at: IConstruct,
  called: string,
  { charset = 'alphanumeric', length }: Extract<SecretSource, { from: 'generated' }>,
): void {
  if (!['alphanumeric', 'hex'].includes(charset)) {
    throw new KeelsonError(at, 'secret/bad-charset', {
      message: `${called} has no 'charset' that Keelson knows, got ${JSON.stringify(charset)}`,
      hint: "'alphanumeric' (the default) or 'hex'",
    });
  }
  const isWhole = Number.isInteger(length) && length >= 8 && length <= LONGEST;
  if (isWhole && (charset !== 'hex' || length % 2 === 0)) return;
  throw new KeelsonError(at, 'secret/bad-length', {
    message: isWhole
      ? `${called} is generated in hex with 'length' ${length}: it must be even`
      : `${called} is generated with 'length' ${length}, which is no whole number from 8 to ${LONGEST}`,
    hint: "generated(32) is as good as any password; generated(64, 'hex') makes a key of 256 bits",
  });
}

/** What is wrong with a source; its value is never shown. */
function problemOf(source: SecretSource | undefined): string | undefined {
  switch (source?.from) {
    case 'generated':
      return undefined; // said already
    case 'human':
      return said(source.about) ? undefined : "says nothing in 'about'";
    case 'operator':
      return said(source.operator) ? undefined : "names no 'operator'";
    case 'literal':
      return typeof source.value === 'string' ? undefined : "has a 'value' that is no text";
    case 'template':
      return said(source.template) ? undefined : 'has an empty template';
    case 'sha256':
      return said(source.of) ? undefined : "names no key in 'of'";
    default:
      return 'has no source';
  }
}

const said = (text: unknown): boolean => typeof text === 'string' && text.trim() !== '';

function requireNoCircle(at: IConstruct, secret: string, key: string, keys: SecretKeys): void {
  const reached = new Set<string>(madeOf(keys[key]));
  for (const each of reached) for (const next of madeOf(keys[each])) reached.add(next);
  if (!reached.has(key)) return;
  throw new KeelsonError(at, 'secret/circle', {
    message: `key '${key}' of secret '${secret}' is made of itself, by way of '${[...reached].sort().join("', '")}'`,
    hint: 'make one of them generated() or human(about)',
  });
}

/** A Secret has one author: what an operator writes, it writes whole. */
function requireOneMaker(at: IConstruct, secret: string, keys: SecretKeys): void {
  const makers = new Set(
    Object.values(keys).map((source) => (source.from === 'operator' ? source.operator : undefined)),
  );
  if (makers.size === 1) return;
  const [operator] = [...makers].filter((maker) => maker !== undefined);
  if (operator === undefined) return;
  throw new KeelsonError(at, 'secret/two-makers', {
    message: `secret '${secret}' has keys made by '${operator}' and others`,
    hint: 'an operator writes its Secret whole: declare the other keys in a secret of their own',
  });
}
