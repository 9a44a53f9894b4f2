import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { KUBERNETES_VERSIONS } from '../../../src/core/schema.ts';
import { goTool } from '../../tools.ts';
import { refuse } from '../failure.ts';
import type { FileGroup } from '../group.ts';
import type { KubeObject } from '../objects.ts';
import { changed, type Output } from '../output.ts';
import type { Workspace } from '../workspace.ts';

const schemas = fileURLToPath(new URL('../../../imports/schemas/', import.meta.url));
const LOOK_AHEAD = 2;

/** Still served, and on their way out; from the Kubernetes deprecation guide. */
const DEPRECATED: Readonly<Record<string, string>> = {
  'v1/ComponentStatus': '1.19',
  'v1/Endpoints': '1.33',
};

/** What is valid for the declared version stays valid through the next two. */
export const versions: FileGroup = {
  name: 'versions',
  needs: 'files',
  notProven: [
    'versions: a version that has not been published yet is skipped; custom kinds are checked in the one version that is pinned',
  ],

  async prove(output, steps, workspace) {
    const from = KUBERNETES_VERSIONS.indexOf(output.kubernetes);
    const wanted = KUBERNETES_VERSIONS.slice(from, from + LOOK_AHEAD + 1);
    for (const [ahead, version] of wanted.entries()) {
      const which = ahead === 0 ? 'the declared version' : `${ahead} ahead`;
      await steps.step(`kubeconform, ${which}`, () => conform(output, version, workspace));
    }
    await steps.step('no deprecated kind', async () => deprecated(output));
  },

  async refute(fixture, steps, workspace) {
    const version = fixture.kubernetes;
    const swapped = (change: (object: KubeObject) => object) =>
      changed(fixture, (o) =>
        o.kind === 'HorizontalPodAutoscaler' ? ({ ...o, ...change(o) } as KubeObject) : o,
      );
    const removed = swapped(() => ({ apiVersion: 'autoscaling/v2beta2' }));
    await steps.mustFail('a removed API', /could not find schema/, () =>
      conform(removed, version, workspace),
    );
    const misspelt = swapped(({ spec }) => ({ spec: { ...(spec as object), maxReplica: 3 } }));
    await steps.mustFail('an unknown field', /maxReplica/, () =>
      conform(misspelt, version, workspace),
    );
    const old = swapped(() => ({ apiVersion: 'v1', kind: 'Endpoints', spec: undefined }));
    await steps.mustFail('a deprecated API', /deprecated since 1\.33/, async () => deprecated(old));
  },
};

interface Resource {
  filename: string;
  msg: string;
}

async function conform(output: Output, version: string, workspace: Workspace): Promise<void> {
  const folder = workspace.path('versions', output.name);
  for (const { path, text } of output.files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  const core = join(schemas, 'kubernetes', version, '{{.ResourceKind}}{{.KindSuffix}}.json');
  const custom = join(
    schemas,
    'custom',
    '{{.Group}}/{{.ResourceKind}}_{{.ResourceAPIVersion}}.json',
  );
  const args = ['-strict', '-output', 'json', '-schema-location', core, '-schema-location', custom];
  const { resources = [] } = JSON.parse(await kubeconform([...args, folder])) as {
    resources?: Resource[];
  };
  refuse(
    `not valid for Kubernetes ${version}`,
    resources.map(({ filename, msg }) => `${filename.slice(folder.length + 1)}: ${msg}`),
  );
}

async function kubeconform(args: readonly string[]): Promise<string> {
  const child = spawn(await goTool('kubeconform'), args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  for await (const chunk of child.stdout) output += chunk;
  return output;
}

function deprecated({ files }: Output): void {
  const found = files.flatMap(({ object, path }) => {
    const since = DEPRECATED[`${object.apiVersion}/${object.kind}`];
    return since ? `${path}: ${object.apiVersion} ${object.kind} is deprecated since ${since}` : [];
  });
  refuse('on their way out', found);
}
