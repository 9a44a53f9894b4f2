import type { Entry, Model } from '../core/model.ts';
import { fileInLayer, layerFolder, pathsOf } from './paths.ts';
import { HEADER } from './read.ts';
import { toYaml } from './yaml.ts';

/** The text of every file that a cluster's model stands for, by path below the output folder. */
export function render(model: Model): Map<string, string> {
  const files = new Map<string, string>();
  const comments = setterComments(model);
  for (const [path, entry] of pathsOf(model)) {
    const comment = comments.get(serviceKey(entry.origin));
    files.set(path, `${HEADER}\n${toYaml(entry.object, comment && { comment })}`);
  }
  for (const [folder, entries] of layersOf(model)) {
    files.set(`${folder}/kustomization.yaml`, kustomization(entries));
  }
  return files;
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

function kustomization(entries: readonly Entry[]): string {
  const resources = entries.map(fileInLayer).sort();
  const object = {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    resources,
  };
  return `${HEADER}\n${toYaml(object)}`;
}

type Comment = (value: string) => string | undefined;

/** The lines that Flux may edit: each image of a service whose environment lets Flux move tags. */
function setterComments(model: Model): Map<string, Comment> {
  const policies = new Map<string, Map<string, string>>();
  for (const { origin, policy, reference } of model.images) {
    if (policy === undefined) continue;
    const key = serviceKey(origin);
    policies.set(key, (policies.get(key) ?? new Map()).set(reference, policy));
  }
  return new Map(
    [...policies].map(([service, byReference]) => [
      service,
      (value) => {
        const policy = byReference.get(value);
        return policy && ` # {"$imagepolicy": "${policy}"}`;
      },
    ]),
  );
}

function serviceKey({ environment, layer, service }: Entry['origin']): string {
  return `${environment}/${layer}/${service}`;
}
