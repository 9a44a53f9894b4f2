import type { CoreDefinitions } from './core-definitions.ts';
import { printJson } from './json.ts';
import { layout } from './layout.ts';

/** The schema files of one version of Kubernetes: all definitions in one, and one per kind that points there. */
export function coreSchemaFiles(
  minor: string,
  { kinds, definitions }: CoreDefinitions,
): Map<string, string> {
  const files = new Map([[layout.coreDefinitions(minor), printJson({ definitions }, 2)]]);
  for (const { apiVersion, kind, definition } of kinds) {
    const schema = { $ref: `definitions.json#/definitions/${definition}` };
    files.set(layout.coreKind(minor, apiVersion, kind), printJson(schema, 0));
  }
  return files;
}
