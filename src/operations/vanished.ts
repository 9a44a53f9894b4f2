import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { KeelsonError } from '../core/errors.ts';
import { RETIRE, TIER } from '../core/labels.ts';
import { NAMESPACE_LAYER } from '../core/layer.ts';
import type { KubeObject } from '../core/model.ts';
import { DATA_FILES, holdsData } from '../core/stateful.ts';

/**
 * Refuses a write after which data would be gone by editing text: an object that holds some may only
 * disappear after it was retired, or from an environment that may lose everything.
 */
export function refuseVanished(
  out: string,
  removed: readonly string[],
  files: ReadonlyMap<string, string>,
): void {
  const candidates = removed.filter((path) => DATA_FILES.test(path));
  if (candidates.length === 0) return;
  const known = new Set([...files].filter(([path]) => DATA_FILES.test(path)).map(dataKey));
  for (const path of candidates) {
    const text = readFileSync(join(out, path), 'utf8');
    const object = load(text) as KubeObject;
    if (!holdsData(object) || known.has(dataKey([path, text]))) continue;
    if (object.metadata.annotations?.[RETIRE] === 'true') continue;
    if (tierBefore(out, path, object) === 'review') continue;
    throw vanished(path, object);
  }
}

/** The same object on the same cluster, wherever its file lies. */
function dataKey([path, text]: readonly [string, string]): string {
  const { apiVersion, kind, metadata } = load(text) as KubeObject;
  const [platform, cluster] = path.split('/');
  return [platform, cluster, apiVersion, kind, metadata.namespace, metadata.name].join(' ');
}

/** What the environment was allowed to lose when it was written last, even if it is gone by now. */
function tierBefore(out: string, path: string, { metadata }: KubeObject): string | undefined {
  const [platform, cluster, environment] = path.split('/');
  const { namespace } = metadata;
  const folder = [platform, cluster, environment, NAMESPACE_LAYER, namespace].join('/');
  try {
    const text = readFileSync(join(out, folder, `namespace-${namespace}.yaml`), 'utf8');
    return (load(text) as KubeObject).metadata.labels?.[TIER];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function vanished(path: string, { kind, metadata }: KubeObject): KeelsonError {
  const { name } = metadata;
  return new KeelsonError(path, 'data/vanished', {
    message: `${kind} '${name}' holds data and would disappear`,
    hint: `renamed? give the service renamedFrom: '${name}'. To remove it, first write and apply it with retire: true`,
  });
}
