import { KeelsonError } from '../core/errors.ts';
import type { Entry, Model, Origin } from '../core/model.ts';

/** `<platform>/<cluster>/<environment>/<layer>`: what `kubectl apply -k` takes. */
export function layerFolder(model: Model, { environment, layer }: Origin): string {
  const folders = [model.platform, model.cluster.name, environment, layer];
  return folders.filter((folder) => folder !== '').join('/'); // what starts Flux stands in no layer
}

/** Where an object is written inside its layer. */
export function fileInLayer({ object, origin }: Entry): string {
  const file = `${object.kind.toLowerCase()}-${safe(object.metadata.name)}.yaml`;
  return origin.service === '' ? file : `${safe(origin.service)}/${file}`;
}

/** Every object's path. Two objects that claim one path are an error, never a silent loss. */
export function pathsOf(model: Model): Map<string, Entry> {
  const paths = new Map<string, Entry>();
  for (const entry of model.entries) {
    const path = `${layerFolder(model, entry.origin)}/${fileInLayer(entry)}`;
    const other = paths.get(path);
    if (other) throw claimedTwice(path, other, entry);
    paths.set(path, entry);
  }
  return paths;
}

function claimedTwice(path: string, first: Entry, second: Entry): KeelsonError {
  return new KeelsonError(second.origin.path, 'object/path-twice', {
    message: `${second.object.kind} '${second.object.metadata.name}' claims ${path}, as '${first.origin.path}' does`,
    hint: 'two services of one name, or two objects of one kind and name in a service: rename one',
  });
}

/** Names of RBAC objects may hold colons; file names may not, everywhere. */
function safe(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9.-]+/g, '-').replaceAll(/^\.+/g, '-');
}
