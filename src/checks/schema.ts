import type { Entry } from '../core/model.ts';
import type { KindSchema } from '../core/schema.ts';
import { defineRule, type Fault } from './rule.ts';
import { type Problem, pathText, show } from './schema/problem.ts';
import { validate } from './schema/validate.ts';

export const schema = defineRule('schema', {
  about: "an object that the cluster's version of its kind would refuse, or drop fields of",
  of: ({ all }) => all,
  judge({ object }, _, { schemas }) {
    const kind = schemas.find(object.apiVersion, object.kind);
    return kind ? validate(kind, object).map((problem) => faultOf(problem, kind, object)) : [];
  },
});

function faultOf(problem: Problem, kind: KindSchema, object: Entry['object']): Fault {
  const { given, hint, message, path } = problem;
  const where = path.length === 0 ? 'the object' : `'${pathText(path)}'`;
  const secret = object.kind === 'Secret'; // its values are nobody's business
  const got = given && !secret ? `, got ${show(given.value)}` : '';
  return {
    message: `${where} ${message}${got}`,
    hint: hint && !(secret && problem.keyword === 'enum') ? hint : explain(kind, path),
  };
}

function explain({ apiVersion, kind }: KindSchema, path: Problem['path']): string {
  const fields = path.filter((step) => typeof step === 'string' && /^[\w-]+$/.test(step));
  const name = [kind.toLowerCase(), ...fields].join('.');
  return `\`kubectl explain ${name} --api-version=${apiVersion}\` tells what belongs there`;
}
