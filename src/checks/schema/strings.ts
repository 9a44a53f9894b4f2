import type { JsonSchema } from '../../core/schema.ts';
import type { Keywords } from './compile.ts';
import { FORMATS } from './formats.ts';
import { type Check, refuse } from './problem.ts';

/** `minLength`, `maxLength`, `pattern`, and the formats of strings that the API server enforces. */
export const stringCheck: Keywords = (schema) => {
  const checks = [lengthCheck(schema), patternCheck(schema), formatCheck(schema)];
  const all = checks.filter((check) => check !== undefined);
  if (all.length === 0) return undefined;
  return (value) => {
    if (typeof value !== 'string') return undefined;
    for (const check of all) {
      const found = check(value);
      if (found) return found;
    }
    return undefined;
  };
};

type StringCheck = (value: string) => ReturnType<Check>;

function lengthCheck({ minLength, maxLength }: JsonSchema): StringCheck | undefined {
  const least = typeof minLength === 'number' ? minLength : 0;
  const most = typeof maxLength === 'number' ? maxLength : Number.POSITIVE_INFINITY;
  if (least === 0 && most === Number.POSITIVE_INFINITY) return undefined;
  return (value) => {
    const length = SURROGATE.test(value) ? [...value].length : value.length;
    if (length < least) return refuse('minLength', `must have ${characters(least)} or more`, value);
    if (length > most) return refuse('maxLength', `must have at most ${characters(most)}`, value);
    return undefined;
  };
}

/** Kubernetes counts characters, JavaScript counts an emoji twice. */
const SURROGATE = /[\uD800-\uDFFF]/;

const characters = (count: number): string => (count === 1 ? '1 character' : `${count} characters`);

function patternCheck({ pattern }: JsonSchema): StringCheck | undefined {
  const test = typeof pattern === 'string' ? expressionOf(pattern) : undefined;
  if (!test) return undefined;
  return (value) =>
    test.test(value) ? undefined : refuse('pattern', `must match ${pattern}`, value);
}

/** Go's regular expressions in JavaScript's words. One that has none is left to the API server. */
function expressionOf(pattern: string): RegExp | undefined {
  if (pattern.includes('[[:')) return undefined; // classes by name would be read as letters
  const ignoreCase = pattern.includes('(?i)');
  const source = pattern.replaceAll('(?i)', '').replaceAll('\\A', '^').replaceAll('\\z', '$');
  try {
    return new RegExp(source, ignoreCase ? 'iu' : 'u');
  } catch {
    return undefined;
  }
}

function formatCheck({ format }: JsonSchema): StringCheck | undefined {
  const known = typeof format === 'string' ? FORMATS.get(format) : undefined;
  if (!known) return undefined;
  return (value) =>
    known.test(value) ? undefined : refuse('format', `must be ${known.called}`, value);
}
