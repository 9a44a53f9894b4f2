import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { crdOf } from '../src/operations/import/crd.ts';
import { printJson } from '../src/operations/import/json.ts';
import {
  committedFiles,
  committedSchemas,
  GENERATED,
  IMPORTS,
  typesOfCommitted,
} from './imports/committed.ts';
import { collectCore } from './imports/core.ts';
import { collectCustom } from './imports/custom.ts';
import { differences, replaceFiles } from './imports/files.ts';
import { planSchemas } from './imports/plan.ts';
import { kubernetes } from './imports/sources.ts';

const USAGE = `usage: npx tsx tools/imports.ts             re-create imports/ from the pinned sources (make imports)
       npx tsx tools/imports.ts --check     say whether imports/ is what the pinned sources give
       npx tsx tools/imports.ts --types     re-create imports/*.ts from imports/schemas/, offline
       npx tsx tools/imports.ts --crds DIR  write the CRD of each custom kind, for a cluster, offline`;

/** Everything that `make imports` owns, collected anew. */
function collect(): Map<string, string> {
  const core = new Map(
    Object.entries(kubernetes).map(([minor, patch]) => [minor, collectCore(patch)]),
  );
  const schemas = planSchemas(core, collectCustom());
  return new Map([...schemas, ...typesOfCommitted(schemas)]);
}

function check(): void {
  const found = differences(committedFiles(), collect());
  if (found.length === 0) {
    console.error('imports/ is what the pinned sources give');
    return;
  }
  console.log(found.join('\n'));
  console.error(
    `imports/ differs in ${found.length} files from the pinned sources; run \`make imports\``,
  );
  process.exitCode = 1;
}

function writeCrds(folder: string): void {
  const files = committedSchemas().map((schema) => {
    const { group, names } = schema['x-keelson-crd'];
    return [`${names.plural}.${group}.json`, printJson(crdOf(schema), 0)] as const;
  });
  replaceFiles(folder, new Map(files), /\.json$/);
  console.error(`wrote ${files.length} CRDs to ${join(folder)}`);
}

function report(changes: readonly string[]): void {
  console.log(changes.join('\n') || 'nothing changed');
}

const { values } = parseArgs({
  options: {
    check: { type: 'boolean' },
    crds: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
    types: { type: 'boolean' },
  },
});

if (values.help) console.log(USAGE);
else if (values.check) check();
else if (values.crds !== undefined) writeCrds(values.crds);
else if (values.types) report(replaceFiles(IMPORTS, typesOfCommitted(), /^[^/]+\.ts$/));
else report(replaceFiles(IMPORTS, collect(), GENERATED));
