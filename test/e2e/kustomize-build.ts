import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { goTool } from '../tools.ts';
import { nameOf, parseObjects } from './objects.ts';
import type { Output } from './output.ts';
import { each } from './until.ts';

/** What `kubectl apply -k` would not apply, or would apply beside the files of a layer. */
export async function kustomizeDisagrees(output: Output): Promise<string[]> {
  const kubectl = await goTool('kube/kubectl');
  const problems = await each(
    [...output.layers.keys()],
    async (layer) => {
      const folder = join(output.folder, layer);
      const options = { maxBuffer: 256 * 1024 ** 2 };
      const run = promisify(execFile)(kubectl, ['kustomize', folder], options);
      const { stdout, failed } = await run.then(
        ({ stdout }) => ({ stdout, failed: '' }),
        (error: Error) => ({ stdout: '', failed: error.message }),
      );
      if (failed) return [`${layer}: ${failed}`];
      const built = new Set(parseObjects(stdout).map(nameOf));
      const files = output.files.filter((file) => `${file.environment}/${file.layer}` === layer);
      const written = new Set(files.map(({ object }) => nameOf(object)));
      return [
        ...[...written]
          .filter((name) => !built.has(name))
          .map((name) => `${layer} forgets ${name}`),
        ...[...built].filter((name) => !written.has(name)).map((name) => `${layer} adds ${name}`),
      ];
    },
    2,
  );
  return problems.flat();
}
