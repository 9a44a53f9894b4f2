import { compile as judge } from 'json-schema-to-typescript';
import { expect, test } from 'vitest';
import type { JsonSchema } from '../../src/core/schema.ts';
import type { CustomSchema } from '../../src/operations/import/crd.ts';
import { committedSchemas } from '../../tools/imports/committed.ts';
import { compile, userProject } from './import-project.ts';

const KINDS = [
  ...['Cluster', 'HelmRelease', 'Kafka', 'KafkaUser', 'Kibana', 'Kustomization', 'Middleware'],
  ...['MongoDBCommunity', 'PrometheusRule', 'ServiceMonitor', 'ScaledObject'],
];
const DEEPEST = 3;

/** A value of a schema with its required fields, and the ways to spoil it that a compiler must see. */
interface Sample {
  readonly good: unknown;
  readonly bad: readonly unknown[];
}

function sampleOf(schema: JsonSchema, depth = 0): Sample {
  const [type] = [schema.type ?? []].flat();
  if (schema.enum) return { good: schema.enum[0], bad: ['no such choice'] };
  if (type === 'array') {
    const { good, bad } = sampleOf(schema.items ?? {}, depth);
    return { good: [good], bad: [...bad.map((item) => [item]), 'no list'] };
  }
  if (typeof schema.additionalProperties === 'object') {
    const { good, bad } = sampleOf(schema.additionalProperties, depth);
    return { good: { key: good }, bad: bad.map((value) => ({ key: value })) };
  }
  if (schema.properties && depth < DEEPEST) return objectSample(schema, depth);
  if (schema.properties) return { good: objectSample(schema, DEEPEST).good, bad: [] };
  const scalars = { integer: 1, number: 1.5, string: 'text', boolean: true } as const;
  const good = scalars[type as keyof typeof scalars];
  if (good === undefined) return { good: {}, bad: [] }; // an open object: all is well
  return { good, bad: [['a list'], ...(type === 'string' ? [true] : [])] };
}

function objectSample(schema: JsonSchema, depth: number): Sample {
  const required = schema.required ?? [];
  const fields = Object.entries(schema.properties ?? {}).map(([key, field]) => {
    return [key, sampleOf(field, depth + 1)] as const;
  });
  const good = Object.fromEntries(
    fields.filter(([key]) => required.includes(key)).map(([key, field]) => [key, field.good]),
  );
  const bad: unknown[] = fields.flatMap(([key, field]) =>
    field.bad.map((value) => ({ ...good, [key]: value })),
  );
  for (const key of required.filter((name) => name in good)) {
    bad.push(Object.fromEntries(Object.entries(good).filter(([name]) => name !== key)));
  }
  if (schema.additionalProperties === false) bad.push({ ...good, misspelt: 1 });
  return { good, bad };
}

/** The lines of a file that do not compile. */
function badLines(errors: readonly string[], file: string): readonly number[] {
  const lines = errors.flatMap((error) => {
    const [, where, line] = /^(\S+?)\((\d+),/.exec(error) ?? [];
    return where === file ? [Number(line)] : [];
  });
  return [...new Set(lines)].sort((a, b) => a - b);
}

async function filesOf(schema: CustomSchema): Promise<[file: string, text: string][]> {
  const { group, names } = schema['x-keelson-crd'];
  const spec = schema.properties?.spec ?? {};
  const { good, bad } = sampleOf(spec);
  const samples = [good, ...bad].map(
    (value, index) => `export const sample${index}: Spec = ${JSON.stringify(value)};`,
  );
  const theirs = await judge(spec as object, 'Spec', {
    additionalProperties: false,
    format: false,
    ignoreMinAndMaxItems: true,
  });
  const { kind } = names;
  const ours = `import type { ${kind}Spec as Spec } from 'keelson/imports/${group}';`;
  return [
    [`${kind}/judge.ts`, theirs],
    [`${kind}/ours.ts`, [ours, ...samples].join('\n')],
    [`${kind}/theirs.ts`, ["import type { Spec } from './judge.ts';", ...samples].join('\n')],
  ];
}

test('our types accept and refuse what those of json-schema-to-typescript do', async () => {
  const schemas = committedSchemas().filter((schema) =>
    KINDS.includes(schema['x-keelson-crd'].names.kind),
  );
  const files = Object.fromEntries((await Promise.all(schemas.map(filesOf))).flat());
  const errors = compile(userProject(files));

  for (const kind of KINDS) {
    const ours = badLines(errors, `${kind}/ours.ts`);
    expect(ours, kind).toEqual(badLines(errors, `${kind}/theirs.ts`));
    expect(ours, `${kind}: the good sample compiles`).not.toContain(2);
    expect(ours.length, `${kind}: bad samples do not`).toBeGreaterThan(4);
  }
}, 60_000);
