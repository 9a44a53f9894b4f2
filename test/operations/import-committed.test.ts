import { expect, test } from 'vitest';
import { type CustomSchema, crdOf, schemaOf } from '../../src/operations/import/crd.ts';
import { customSchemaFiles, identityOf } from '../../src/operations/import/custom-files.ts';
import { parseKindIndex } from '../../src/operations/import/kind-index.ts';
import { layout } from '../../src/operations/import/layout.ts';
import { readCrds } from '../../src/operations/import/read-crds.ts';
import {
  committedFiles,
  committedSchemas,
  typesOfCommitted,
} from '../../tools/imports/committed.ts';
import { differences } from '../../tools/imports/files.ts';
import { coreKinds, customKinds } from '../../tools/imports/kinds.ts';

const files = committedFiles();
const schemas = committedSchemas(files);

/** A schema after a journey through the CRD that would serve it. */
function throughCrd(schema: CustomSchema): CustomSchema {
  const { source } = schema['x-keelson-crd'];
  const [crd] = readCrds('crd.json', JSON.stringify(crdOf(schema)), source).crds;
  if (!crd) throw new Error('no CRD');
  return schemaOf(crd);
}

test('the committed types are what the committed schemas give', () => {
  const committed = new Map([...files].filter(([path]) => path.endsWith('.ts')));
  expect(differences(committed, typesOfCommitted(files)), 'run `make imports`').toEqual([]);
});

test('the committed schemas are what their own CRDs give', () => {
  const committed = new Map([...files].filter(([path]) => path.startsWith('schemas/custom/')));
  const again = customSchemaFiles(schemas.map(throughCrd));
  expect(differences(committed, again), 'run `make imports`').toEqual([]);
});

test('the index and the lists of kinds name the same kinds', () => {
  const { core, custom } = parseKindIndex(files.get(layout.index) ?? '{}');
  expect(new Set(core.keys())).toEqual(coreKinds);
  expect(new Set(custom.keys())).toEqual(customKinds);
  const identities = schemas.map(identityOf);
  expect(new Map(identities.map((at) => [`${at.apiVersion}/${at.kind}`, at.scope]))).toEqual(
    custom,
  );
});

test('a CRD made from a schema is in the words of a CRD again', () => {
  const words = JSON.stringify(schemas.map(crdOf));
  expect(words).not.toContain('"additionalProperties":false');
  expect(words).not.toContain('"const"');
  expect(words).not.toContain('["integer","string"]');
  expect(words).toContain('"x-kubernetes-int-or-string":true');
});

test('a changed file, a missing one and an orphan are told apart', () => {
  const [expected, actual] = [
    new Map([
      ['a', '1'],
      ['b', '1'],
    ]),
    new Map([
      ['a', '2'],
      ['c', '1'],
    ]),
  ];
  expect(differences(actual, expected)).toEqual(['differs  a', 'missing  b', 'orphan   c']);
});
