import type { JsonSchema } from '../../core/schema.ts';
import type { Compile, Keywords } from './compile.ts';
import { below, type Check, joined, type Problem, problem, refuse, show } from './problem.ts';
import { isMap, isSame } from './values.ts';

type ListCheck = (value: readonly unknown[]) => readonly Problem[] | undefined;

/** `items`, `minItems`, `maxItems`, and what may not be in a list twice. */
export const arrayCheck: Keywords = (schema, compile) => {
  const checks = [countCheck(schema), itemsCheck(schema, compile), onceCheck(schema)];
  const all = checks.filter((check) => check !== undefined);
  if (all.length === 0) return undefined;
  return (value) => {
    if (!Array.isArray(value)) return undefined;
    let found: ReturnType<Check>;
    for (const check of all) found = joined(found, check(value));
    return found;
  };
};

function countCheck({ minItems, maxItems }: JsonSchema): ListCheck | undefined {
  if (minItems === undefined && maxItems === undefined) return undefined;
  return ({ length }) => {
    if (typeof minItems === 'number' && length < minItems) {
      return problem('minItems', `must have ${minItems} items or more, got ${length}`);
    }
    if (typeof maxItems === 'number' && length > maxItems) {
      return problem('maxItems', `must have at most ${maxItems} items, got ${length}`);
    }
    return undefined;
  };
}

function itemsCheck({ items }: JsonSchema, compile: Compile): ListCheck | undefined {
  if (!items) return undefined;
  let check: Check | undefined;
  return (value) => {
    check ??= compile(items);
    let found: ReturnType<Check>;
    for (let i = 0; i < value.length; i++) {
      const wrong = check(value[i]);
      if (wrong) found = joined(found, below(i, wrong));
    }
    return found;
  };
}

function onceCheck(schema: JsonSchema): ListCheck | undefined {
  const type = schema['x-kubernetes-list-type'];
  if (schema['uniqueItems'] === true || type === 'set') return setCheck;
  const keys = schema['x-kubernetes-list-map-keys'];
  return type === 'map' && Array.isArray(keys) ? mapCheck(keys, schema) : undefined;
}

const setCheck: ListCheck = (value) => {
  const plain = value.every((each) => typeof each !== 'object');
  if (plain && new Set(value).size === value.length) return undefined;
  const again = value.find((each, i) => value.findIndex((other) => isSame(each, other)) < i);
  return again === undefined ? undefined : refuse('uniqueItems', 'holds an item twice', again);
};

/** Items that the API server tells apart by some of their fields, such as ports by number and protocol. */
function mapCheck(keys: readonly string[], { items }: JsonSchema): ListCheck {
  const defaults = keys.map((key) => items?.properties?.[key]?.['default']);
  return (value) => {
    const seen = new Set<string>();
    for (const [i, item] of value.entries()) {
      if (!isMap(item)) continue;
      const identity = keys.map((key, k) => item[key] ?? defaults[k]);
      const text = JSON.stringify(identity);
      if (seen.has(text)) {
        const same = keys.map((key, k) => `${key} ${show(identity[k])}`).join(', ');
        return below(i, problem('x-kubernetes-list-type', `repeats an item with ${same}`));
      }
      seen.add(text);
    }
    return undefined;
  };
}
