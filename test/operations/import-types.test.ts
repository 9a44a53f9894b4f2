import { join } from 'node:path';
import { App, Chart } from 'cdk8s';
import { expect, test } from 'vitest';
import { applyImport, importCrds } from '../../src/operations/import/import-crds.ts';
import { readCrds } from '../../src/operations/import/read-crds.ts';
import { compile, crd, userProject } from './import-project.ts';

const string = { type: 'string' };

/** Everything a CRD may contain that TypeScript could stumble over. */
const nastySpec = {
  type: 'object',
  required: ['needed', 'with-dash'],
  properties: {
    needed: { ...string, description: 'prose: goes' },
    description: { ...string, description: 'a field that is called so: stays' },
    'with-dash': { type: 'integer' },
    "quote'd": string,
    '': string,
    '1st': string,
    class: string,
    constructor: string,
    toString: { type: 'object', properties: { hasOwnProperty: { type: 'boolean' } } },
    letter: {
      ...string,
      enum: ['a', 'A', '+', '-', '', '=', "'", '"', '\\', 'a | b', '\n', '`'],
    },
    many: { ...string, enum: Array.from({ length: 40 }, (_, index) => `choice-${index}`) },
    mixed: { enum: [1, true, 'x', null], nullable: true },
    port: { 'x-kubernetes-int-or-string': true, anyOf: [{ type: 'integer' }, { type: 'string' }] },
    open: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
    half: {
      type: 'object',
      properties: { known: string },
      'x-kubernetes-preserve-unknown-fields': true,
    },
    whatever: { 'x-kubernetes-preserve-unknown-fields': true },
    nothing: { type: 'object' },
    labels: { type: 'object', additionalProperties: string },
    listOfMaps: { type: 'array', items: { type: 'object', additionalProperties: string } },
    listOfChoices: { type: 'array', items: { ...string, enum: ['x', 'y'] } },
    fooBar: { type: 'object', properties: { baz: string } },
    foo: { type: 'object', properties: { barBaz: { type: 'object', properties: { a: string } } } },
    'foo-bar': {
      type: 'object',
      properties: { baz: { type: 'object', properties: { b: string } } },
    },
    loop: { $ref: '#/properties/spec' },
    nullableObject: { type: 'object', nullable: true, properties: { a: string } },
  },
};
/** `{ __proto__: … }` in a literal would set the prototype. */
const withProto = JSON.parse(
  '{"type":"object","properties":{"__proto__":{"type":"string"}}}',
) as object;

const names = [
  'Object',
  'Function',
  'Map',
  'Promise',
  'ApiObject',
  'Construct',
  'ObjectMeta',
  'Record',
  'Readonly',
  'My-Kind',
  'string',
  'KafkaSpec',
  'Kafka',
];
const nasty = [
  crd('nasty.example.com', 'Nasty', nastySpec),
  crd('nasty.example.com', 'Proto', withProto),
  ...names.map((kind) => crd('nasty.example.com', kind, nastySpec)),
];

test('the types of nasty CRDs compile, and their classes make objects', async () => {
  const project = userProject({
    'crds/all.yaml': nasty.map((document) => JSON.stringify(document)).join('\n---\n'),
    'main.ts': `
      import { App, Chart } from 'cdk8s';
      import * as kinds from './imports/nasty.example.com.ts';
      const chart = new Chart(new App(), 'chart');
      const spec = { needed: 'x', 'with-dash': 1, letter: 'a | b', port: 'http', half: { known: 'x', other: 1 },
        'foo-bar': { baz: { b: 'x' } }, foo: { barBaz: { a: 'x' } }, mixed: null, nullableObject: null } as const;
      const nasty = new kinds.Nasty(chart, 'nasty', { metadata: { labels: { a: 'b' } }, spec });
      new kinds.ObjectKind(chart, 'object', { spec });
      new kinds.Function(chart, 'function', { spec });
      new kinds.KafkaSpec(chart, 'kafka', { spec });
      export const kind: 'Nasty' = kinds.Nasty.kind;
      export const yaml = nasty.toJson();
    `,
  });
  const out = join(project, 'imports');
  const plan = importCrds({ sources: [join(project, 'crds')], out });
  applyImport(plan, out);

  expect(compile(project)).toEqual([]);
  expect(plan.files.get('nasty.example.com.ts')).not.toContain('prose');

  const kinds = (await import(join(out, 'nasty.example.com.ts'))) as Record<string, typeof Chart>;
  const chart = new Chart(new App(), 'chart');
  const made = Object.entries(kinds).map(([name, Kind]) => {
    const object = new Kind(chart, name, { metadata: { name: 'x' } } as object) as unknown as {
      toJson(): { kind: string };
    };
    return object.toJson().kind;
  });
  expect(made.sort()).toEqual(['Nasty', 'Proto', ...names].sort());
});

test.each([
  ['a misspelt field', "{ needed: 'x', 'with-dash': 1, lettre: 'a' }", "'lettre' does not exist"],
  ['a value outside the choices', "{ needed: 'x', 'with-dash': 1, letter: 'b' }", `Type '"b"'`],
  ['a missing field', "{ 'with-dash': 1 }", "Property 'needed' is missing"],
  ['a wrong type', "{ needed: 1, 'with-dash': 1 }", "Type 'number' is not assignable"],
  ['a field of an empty object', "{ needed: 'x', 'with-dash': 1, nothing: { a: 1 } }", 'never'],
  ['an explicit undefined', "{ needed: 'x', 'with-dash': 1, description: undefined }", 'undefined'],
])('fails to compile: %s', (_, spec, message) => {
  const { files } = importOf(crd('nasty.example.com', 'Nasty', nastySpec));
  const project = userProject({
    ...files,
    'main.ts': `import type { NastySpec } from './imports/nasty.example.com.ts';\nexport const spec: NastySpec = ${spec};\n`,
  });
  expect(compile(project).join('\n')).toContain(message);
});

function importOf(document: object): { files: Record<string, string> } {
  const project = userProject({ 'crd.yaml': JSON.stringify(document) });
  const plan = importCrds({ sources: [join(project, 'crd.yaml')], out: join(project, 'imports') });
  const files = [...plan.files].map(([path, text]) => [`imports/${path}`, text]);
  return { files: Object.fromEntries(files) };
}

test('a bare = and other YAML 1.1 oddities are read as text', () => {
  const yaml = JSON.stringify(crd('a.example.com', 'A', { ...string, enum: ['@'] })).replace(
    '"@"',
    '=',
  );
  const [found] = readCrds('crd.yaml', yaml).crds;
  expect(JSON.stringify(found?.schema)).toContain('"enum":["="]');
});
