import type { JsonSchema } from '../../core/schema.ts';
import { arrayCheck } from './arrays.ts';
import { logicCheck } from './logic.ts';
import { numberCheck } from './numbers.ts';
import { objectCheck } from './objects.ts';
import { type Check, joined } from './problem.ts';
import { stringCheck } from './strings.ts';
import { typeCheck, valueCheck } from './values.ts';

/** Turns a schema into a check. */
export type Compile = (schema: JsonSchema) => Check;

/** Makes the check of one group of keywords, or nothing where the schema has none of them. */
export type Keywords = (schema: JsonSchema, compile: Compile) => Check | undefined;

const KEYWORDS: readonly Keywords[] = [
  typeCheck,
  valueCheck,
  stringCheck,
  numberCheck,
  arrayCheck,
  objectCheck,
  logicCheck,
];

const compilers = new WeakMap<JsonSchema, Compile>();

/**
 * The compiler of one document. Each schema becomes a closure when a value first needs it, once:
 * what a kind could say and an object does not costs nothing, and a schema may hold itself.
 */
export function compilerOf(root: JsonSchema): Compile {
  const known = compilers.get(root);
  if (known) return known;
  const checks = new WeakMap<JsonSchema, Check>();
  const compile: Compile = (schema) => {
    const target = resolve(schema, root);
    let check = checks.get(target);
    if (!check) {
      checks.set(target, (value) => check?.(value));
      check = build(target, compile);
      checks.set(target, check);
    }
    return check;
  };
  compilers.set(root, compile);
  return compile;
}

function build(schema: JsonSchema, compile: Compile): Check {
  const checks = KEYWORDS.flatMap((keywords) => keywords(schema, compile) ?? []);
  const [first, ...others] = checks;
  if (!first) return () => undefined;
  if (others.length === 0) return first;
  return (value) => {
    let found = first(value);
    for (const check of others) found = joined(found, check(value));
    return found;
  };
}

const ANYTHING: JsonSchema = {};
const REFERENCE = '#/definitions/';

/** Follows `$ref`. What points nowhere, or in a circle, says nothing about a value. */
function resolve(schema: JsonSchema, root: JsonSchema): JsonSchema {
  let target = schema;
  for (let steps = 0; target.$ref !== undefined; steps++) {
    const next = root.definitions?.[target.$ref.replace(REFERENCE, '')];
    if (!next || steps > 20) return ANYTHING;
    target = next;
  }
  return target;
}
