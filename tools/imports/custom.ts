import { basename } from 'node:path';
import { type Crd, type CustomSchema, schemaOf } from '../../src/operations/import/crd.ts';
import { compare } from '../../src/operations/import/json.ts';
import { readCrds } from '../../src/operations/import/read-crds.ts';
import { goModule, yamlFilesAt } from './go.ts';
import { customKinds } from './kinds.ts';
import { patched } from './patches.ts';
import { rabbitmqCrd } from './rabbitmq.ts';
import { goSources, strimzi } from './sources.ts';
import { strimziCrds } from './strimzi.ts';

/** The schemas of all custom kinds we take, sorted by kind. */
export function collectCustom(): readonly CustomSchema[] {
  const crds = [...goCrds(), ...otherCrds()].filter((crd) => customKinds.has(keyOf(crd)));
  const found = new Set(crds.map(keyOf));
  const missing = [...customKinds].filter((key) => !found.has(key));
  if (missing.length > 0) throw new Error(`no pinned source has ${missing.join(', ')}`);
  return crds.map((crd) => schemaOf(patched(crd))).sort((a, b) => compare(place(a), place(b)));
}

function goCrds(): readonly Crd[] {
  return goSources.flatMap(({ module, version, path }) => {
    const files = yamlFilesAt(goModule(module, version), path);
    const source = `${module} ${version}`;
    return [...files].flatMap(([file, text]) => readCrds(basename(file), text, source).crds);
  });
}

function otherCrds(): readonly Crd[] {
  const rabbitmq = JSON.stringify(rabbitmqCrd);
  return [
    ...readCrds('strimzi', strimziCrds(), strimzi.model).crds,
    ...readCrds('rabbitmq', rabbitmq, 'tools/imports/rabbitmq.ts').crds,
  ];
}

function keyOf({ group, version, kind }: Crd): string {
  return `${group}/${version}/${kind}`;
}

function place(schema: CustomSchema): string {
  const { group, names, version } = schema['x-keelson-crd'];
  return `${group}/${names.kind}/${version}`;
}
