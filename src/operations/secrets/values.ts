import type { SecretFacts } from '../../core/model.ts';
import type { Place } from '../../core/place.ts';
import { backendName } from '../../core/secret-backend.ts';
import { inOrderOfMaking, isStored, madeOf, type SecretKeys } from '../../core/secret-source.ts';
import { derivedValue, generateValue } from './make-value.ts';
import { variableName } from './variable.ts';

/** One Secret with the files that hold it: its own first, then those of its copies. */
export interface SealTarget {
  readonly secret: SecretFacts;
  readonly files: readonly TargetFile[];
}

export interface TargetFile {
  readonly path: string;
  readonly secret: SecretFacts;
  /** The keys that are sealed there already; none where there is no file. */
  readonly held: readonly string[];
  readonly place: Place;
}

export interface TargetValues {
  /** The values of this run; what is not in it stays as it is sealed. Empty: nothing is to be done. */
  readonly values: ReadonlyMap<string, string>;
  /** The keys that were generated just now. */
  readonly made: readonly string[];
  readonly faults: readonly string[];
}

/** Decides for every key whether it is given, made, derived, or stays as it is sealed. */
export function valuesFor(target: SealTarget, given: ReadonlyMap<string, string>): TargetValues {
  const { files, secret } = target;
  const { keys, name } = secret;
  const values = new Map<string, string>();
  const made: string[] = [];
  const faults = new Map<string, string>();
  const isHeld = (key: string): boolean =>
    files.every(({ held, secret: { keys } }) => !(key in keys) || held.includes(key));
  const stored = Object.keys(keys).filter((key) => isStored(keys[key] ?? NONE));
  for (const key of stored.sort()) {
    const source = keys[key];
    const value = given.get(key);
    if (value !== undefined) values.set(key, value);
    else if (isHeld(key)) continue;
    else if (files[0]?.held.includes(key)) faults.set(key, NOT_READABLE);
    else if (source?.from === 'generated') {
      values.set(key, generateValue(source.length, source.charset ?? 'alphanumeric'));
      made.push(key);
    } else faults.set(key, 'is missing');
  }
  const others = Object.keys(keys).filter((key) => !stored.includes(key));
  if (faults.size === 0 && values.size === 0 && others.every(isHeld)) return NOTHING_TO_DO;
  const whole = files.some(({ place }) => backendName(place.secrets) === 'sops');
  for (const key of stored) {
    if (values.has(key) || faults.has(key)) continue;
    if (whole || isAskedAnew(key, keys, values, isHeld)) faults.set(key, NOT_READABLE);
  }
  if (faults.size > 0) {
    const said = [...faults].sort().map(([key, what]) => `'${variableName(name, key)}' ${what}`);
    return { values: new Map(), made: [], faults: said };
  }
  for (const key of inOrderOfMaking(keys)) {
    const value = values.get(key) ?? derivedValue(key, keys, values);
    if (value !== undefined) values.set(key, value);
  }
  return { values, made, faults: [] };
}

const NONE = { from: 'literal', value: '' } as const;
const NOTHING_TO_DO: TargetValues = { values: new Map(), made: [], faults: [] };
const NOT_READABLE = 'is sealed already, and cannot be read back for what must be sealed with it';

/** Whether a key that stays as it is sealed goes into one that has to be made anew. */
function isAskedAnew(
  key: string,
  keys: SecretKeys,
  values: ReadonlyMap<string, string>,
  isHeld: (key: string) => boolean,
): boolean {
  return Object.keys(keys).some((other) => {
    const inputs = inputsOf(other, keys);
    if (!inputs.has(key)) return false;
    return !isHeld(other) || [...inputs].some((input) => values.has(input));
  });
}

function inputsOf(key: string, keys: SecretKeys): ReadonlySet<string> {
  const reached = new Set(madeOf(keys[key]));
  for (const each of reached) for (const next of madeOf(keys[each])) reached.add(next);
  return reached;
}
