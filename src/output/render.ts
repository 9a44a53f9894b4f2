import { KeelsonError } from '../core/errors.ts';
import { setterComment } from '../core/image-lock.ts';
import type { Entry, Model, Origin } from '../core/model.ts';
import { fileInLayer, layerFolder, pathsOf } from './paths.ts';
import { HEADER } from './read.ts';
import { toYaml } from './yaml.ts';

/** The text of every file that a cluster's model stands for, by path below the output folder. */
export function render(model: Model): Map<string, string> {
  const files = new Map<string, string>();
  const comments = setterComments(model);
  for (const [path, entry] of pathsOf(model)) {
    const comment = comments.get(entry.origin.environment);
    const text = entry.text ?? toYaml(entry.object, comment && { comment });
    files.set(path, `${HEADER}\n${text}`);
  }
  const environments = new Map<string, string[]>();
  for (const [folder, entries] of layersOf(model)) {
    files.set(`${folder}/kustomization.yaml`, kustomization(entries.map(fileInLayer)));
    const [environment, layer] = aboveLayer(folder);
    if (layer === undefined) continue;
    environments.set(environment, [...(environments.get(environment) ?? []), layer]);
  }
  for (const [folder, layers] of environments) {
    files.set(`${folder}/kustomization.yaml`, kustomization(layers));
  }
  return files;
}

/** `<platform>/<cluster>/<environment>` and the layer; what starts Flux stands in none. */
function aboveLayer(folder: string): [environment: string, layer: string | undefined] {
  const [platform, cluster, environment, layer] = folder.split('/');
  return [`${platform}/${cluster}/${environment}`, layer];
}

function layersOf(model: Model): Map<string, Entry[]> {
  const layers = new Map<string, Entry[]>();
  for (const entry of model.entries) {
    const folder = layerFolder(model, entry.origin);
    const known = layers.get(folder);
    if (known) known.push(entry);
    else layers.set(folder, [entry]);
  }
  return layers;
}

function kustomization(names: readonly string[]): string {
  const resources = [...names].sort();
  const object = {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    resources,
  };
  return `${HEADER}\n${toYaml(object)}`;
}

type Comment = (value: string) => string | undefined;

/** The lines that Flux may edit, in each environment whose images Flux moves. */
function setterComments(model: Model): Map<string, Comment> {
  const policies = new Map<string, Map<string, string>>();
  for (const { origin, policy, reference } of model.images) {
    if (policy === undefined) continue;
    const known = policies.get(origin.environment) ?? new Map<string, string>();
    policies.set(origin.environment, known);
    const other = known.get(reference);
    if (other !== undefined && other !== policy)
      throw twoPolicies(origin, reference, other, policy);
    known.set(reference, policy);
  }
  return new Map(
    [...policies].map(([environment, byReference]) => [
      environment,
      (value) => {
        const policy = byReference.get(value);
        return policy && ` ${setterComment(policy)}`;
      },
    ]),
  );
}

function twoPolicies(
  origin: Origin,
  reference: string,
  first: string,
  second: string,
): KeelsonError {
  return new KeelsonError(origin.path, 'image/two-names', {
    message: `'${reference}' has two names in the image lock (${first}, ${second})`,
    hint: 'Flux would move one line by two policies: give an image one name in an environment',
  });
}
