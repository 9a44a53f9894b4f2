import type { JsonSchema } from '../../core/schema.ts';
import type { Compile, Keywords } from './compile.ts';
import { type Check, joined, type Problem, pathText, problem } from './problem.ts';
import { isMap } from './values.ts';

/** `allOf`, `anyOf`, `oneOf` and `not`. */
export const logicCheck: Keywords = (schema, compile) => {
  const checks = [all(schema, compile), any(schema, compile), one(schema, compile)];
  const found = [...checks, no(schema, compile)].filter((check) => check !== undefined);
  if (found.length === 0) return undefined;
  return (value) => {
    let wrong: ReturnType<Check>;
    for (const check of found) wrong = joined(wrong, check(value));
    return wrong;
  };
};

function all(schema: JsonSchema, compile: Compile): Check | undefined {
  const checks = formsOf(schema['allOf']).map(compile);
  if (checks.length === 0) return undefined;
  return (value) => {
    let wrong: ReturnType<Check>;
    for (const check of checks) wrong = joined(wrong, check(value));
    return wrong;
  };
}

function any(schema: JsonSchema, compile: Compile): Check | undefined {
  const forms = formsOf(schema['anyOf']);
  const checks = forms.map(compile);
  if (checks.length === 0) return undefined;
  return (value) =>
    checks.some((check) => !check(value)) ? undefined : none('anyOf', forms, checks, value);
}

function one(schema: JsonSchema, compile: Compile): Check | undefined {
  const forms = formsOf(schema['oneOf']);
  const checks = forms.map(compile);
  if (checks.length === 0) return undefined;
  return (value) => {
    const fitting = forms.filter((_, i) => !checks[i]?.(value));
    if (fitting.length === 1) return undefined;
    if (fitting.length === 0) return none('oneOf', forms, checks, value);
    const names = namesOf(forms);
    if (!names) return problem('oneOf', `fits ${fitting.length} forms, and may fit only one`);
    const given = namesOf(fitting) ?? names;
    return problem('oneOf', `may hold only one of ${names.join(', ')}, got ${given.join(' and ')}`);
  };
}

function no(schema: JsonSchema, compile: Compile): Check | undefined {
  const [form] = formsOf([schema['not']]);
  if (!form) return undefined;
  const check = compile(form);
  const names = namesOf([form]);
  const message = names ? `must not hold ${names.join(', ')}` : 'has a form that is not allowed';
  return (value) => (check(value) ? undefined : problem('not', message));
}

function none(
  keyword: string,
  forms: readonly JsonSchema[],
  checks: readonly Check[],
  value: unknown,
): readonly Problem[] {
  const names = namesOf(forms);
  if (names && isMap(value)) return problem(keyword, `must hold one of ${names.join(', ')}`);
  const reasons = checks.flatMap((check) => check(value)?.slice(0, 1) ?? []);
  const texts = new Set(reasons.map(({ message, path }) => `${pathText(path)} ${message}`.trim()));
  return problem(keyword, `fits no form that it may have: it ${[...texts].join(', or ')}`);
}

/** The fields that forms ask for, where that is all they do. */
function namesOf(forms: readonly JsonSchema[]): readonly string[] | undefined {
  const asked = forms.map(({ required = [], ...rest }) =>
    Object.keys(rest).every((keyword) => keyword === 'properties') ? required : [],
  );
  return asked.every((names) => names.length > 0)
    ? asked.map((names) => names.map((name) => `'${name}'`).join(' with '))
    : undefined;
}

function formsOf(value: unknown): readonly JsonSchema[] {
  return Array.isArray(value) ? value.filter((each) => isMap(each)) : [];
}
