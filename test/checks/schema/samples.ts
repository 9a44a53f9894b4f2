import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KubeObject } from '../../../src/core/model.ts';
import type { JsonSchema, KindSchema } from '../../../src/core/schema.ts';
import { objectsIn } from '../judge.ts';

/** Every object that the repository expects or holds: goldens, and the output where there is one. */
export function committedObjects(): KubeObject[] {
  return ['test/golden', 'dist']
    .flatMap(yamlFilesIn)
    .flatMap((file) => objectsIn(readFileSync(file, 'utf8')))
    .filter((object) => object?.metadata?.name !== undefined);
}

function yamlFilesIn(folder: string): string[] {
  try {
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    return files.filter((file) => file.endsWith('.yaml')).map((file) => join(folder, file));
  } catch {
    return [];
  }
}

/** An object that says a little of everything its kind knows. */
export function sampleOf({ root, schema }: KindSchema): unknown {
  return sample(schema, root, 0);
}

function sample(schema: JsonSchema, root: JsonSchema, depth: number): unknown {
  const target = schema.$ref
    ? (root.definitions?.[schema.$ref.replace('#/definitions/', '')] ?? {})
    : schema;
  if (target.const !== undefined) return target.const;
  if (target.enum) return target.enum[0];
  switch ([target.type].flat()[0]) {
    case 'array':
      return target.items ? [sample(target.items, root, depth + 1)] : [];
    case 'boolean':
      return true;
    case 'integer':
    case 'number':
      return typeof target['minimum'] === 'number' ? target['minimum'] : 1;
    case 'string':
      return target['format'] === 'date-time' ? '2006-01-02T15:04:05Z' : 'a';
    default:
      return depth > 8 ? {} : sampleMap(target, root, depth);
  }
}

function sampleMap(schema: JsonSchema, root: JsonSchema, depth: number): Record<string, unknown> {
  const { additionalProperties: others, properties = {} } = schema;
  const names = Object.keys(properties);
  const wanted = depth < 5 ? names : names.filter((name) => schema.required?.includes(name));
  const own = wanted.map((name) => [name, sample(properties[name] ?? {}, root, depth + 1)]);
  const free = typeof others === 'object' ? [['a', sample(others, root, depth + 1)]] : [];
  return Object.fromEntries([...own, ...free]);
}
