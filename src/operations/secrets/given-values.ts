import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { KeelsonError } from '../../core/errors.ts';
import type { SecretFacts } from '../../core/model.ts';
import { suggest } from '../../core/names.ts';
import { parseDotenv } from './dotenv.ts';
import type { Variable } from './variable.ts';

/** What is wrong with a line of `.env`, or with what it lacks. */
export interface SealFault {
  readonly at: string;
  readonly message: string;
  readonly hint: string;
}

export interface GivenValues {
  /** By Secret, then by key. */
  readonly values: ReadonlyMap<SecretFacts, ReadonlyMap<string, string>>;
  readonly faults: readonly SealFault[];
  /** What to do about a value that is not there. */
  readonly hint: string;
}

/** Reads a `.env` file and tells whose value each line is. */
export function givenValues(
  folder: string,
  file: string,
  variables: readonly Variable[],
  environment: string,
): GivenValues {
  const hint = `\`keelson secrets sample --env ${environment}\` lists every variable`;
  const { assignments, faults: unread } = parseDotenv(textOf(folder, file));
  const faults: SealFault[] = unread.map(({ line, ...rest }) => ({
    at: `${file}:${line}`,
    ...rest,
  }));
  const values = new Map<SecretFacts, Map<string, string>>();
  const names = variables.map(({ name }) => name);
  for (const { line, name, value } of assignments) {
    const at = `${file}:${line}`;
    const [variable, other] = variables.filter((each) => each.name === name);
    if (!variable) {
      const known =
        names.length > 0 ? suggest('variables', name, names) : 'nothing has to be given';
      // The end of a key without quotes may look like an assignment: such a name is not shown.
      const shown = /^[A-Z][A-Z0-9_]*$/.test(name) ? `'${name}'` : 'what stands before the =';
      faults.push({ at, message: `${shown} is no variable of '${environment}'`, hint: known });
    } else if (other) {
      faults.push({ at, message: twoMeanings(variable, other), hint: 'rename one of the keys' });
    } else if (value === '') {
      faults.push({
        at,
        message: `'${name}' is empty`,
        hint: 'give a value, or take the line away',
      });
    } else {
      const known = values.get(variable.secret) ?? new Map<string, string>();
      values.set(variable.secret, known.set(variable.key, value));
    }
  }
  const inOrder = faults.toSorted((a, b) => lineOf(a) - lineOf(b));
  return { values, faults: inOrder, hint };
}

const lineOf = ({ at }: SealFault): number => Number(at.slice(at.lastIndexOf(':') + 1));

function twoMeanings(one: Variable, other: Variable): string {
  const of = ({ key, secret }: Variable): string => `key '${key}' of '${secret.name}'`;
  return `'${one.name}' stands for ${of(one)} and for ${of(other)}`;
}

function textOf(folder: string, file: string): string {
  try {
    return readFileSync(resolve(folder, file), 'utf8');
  } catch (cause) {
    throw new KeelsonError(file, 'secret/no-env-file', {
      message: 'cannot be read',
      hint: '`keelson secrets sample > .env` begins one; .gitignore must name it',
      cause,
    });
  }
}
