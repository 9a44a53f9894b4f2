import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type CustomSchema, crdOf } from '../../src/operations/import/crd.ts';
import { goTool } from '../tools.ts';
import type { Api } from './api.ts';
import { type Condition, conditionOf, type KubeObject, readObjects } from './objects.ts';
import { each, until } from './until.ts';

const importedSchemas = fileURLToPath(new URL('../../imports/schemas/custom/', import.meta.url));
const TYPE = 'apiextensions.k8s.io/v1/CustomResourceDefinition';

/**
 * Installs Flux's own CRDs, as its controllers need them, and one for every schema in `imports/`: what the output was checked
 * against in process, now judged by the API server. Gives their kinds, `<group>_<Kind>`.
 */
export async function installCrds(api: Api): Promise<Set<string>> {
  const crds = new Map<string, KubeObject>();
  for (const crd of [...(await importedCrds()), ...(await fluxCrds())]) {
    crds.set(crd.metadata.name, crd);
  }
  await each([...crds.values()], (crd) => api.apply(crd), 8);
  await until('every CRD is established', 60, async () => {
    const found = await api.list<KubeObject & { status?: { conditions?: Condition[] } }>(TYPE);
    return found.every((crd) => conditionOf(crd, 'Established')?.status === 'True');
  });
  await published(api, [...crds.values()]);
  return new Set([...crds.values()].map(kindOf));
}

/** Established comes before the schema can be asked for, and who asks too early (KWOK does) gives up. */
async function published(api: Api, crds: readonly KubeObject[]): Promise<void> {
  const wanted = new Set(crds.flatMap(pathsOf));
  const missing = async () => {
    const { body } = await api.send('GET', '/openapi/v3');
    const { paths } = JSON.parse(body) as { paths: Record<string, unknown> };
    return [...wanted].filter((path) => !Object.hasOwn(paths, path));
  };
  await until(
    'the schema of every CRD is published',
    60,
    async () => (await missing()).length === 0,
    async () => `not yet: ${(await missing()).join(', ')}`,
  );
}

function pathsOf(crd: KubeObject): string[] {
  const { group, versions } = crd['spec'] as {
    group: string;
    versions: readonly { name: string; served: boolean }[];
  };
  return versions.filter(({ served }) => served).map(({ name }) => `apis/${group}/${name}`);
}

async function fluxCrds(): Promise<KubeObject[]> {
  const folders = [
    await goTool('source-controller/config/crd/bases'),
    await goTool('kustomize-controller/config/crd/bases'),
  ];
  const paths = await Promise.all(
    folders.map(async (folder) => (await readdir(folder)).map((file) => join(folder, file))),
  );
  return (await Promise.all(paths.flat().map(readObjects))).flat();
}

async function importedCrds(): Promise<KubeObject[]> {
  const files = await readdir(importedSchemas, { recursive: true });
  return Promise.all(
    files
      .filter((file) => file.endsWith('.json'))
      .map(async (file) => {
        const schema = JSON.parse(await readFile(join(importedSchemas, file), 'utf8'));
        return crdOf(schema as CustomSchema) as KubeObject & ReturnType<typeof crdOf>;
      }),
  );
}

function kindOf(crd: KubeObject): string {
  const { group, names } = crd['spec'] as { group: string; names: { kind: string } };
  return `${group}_${names.kind}`;
}
