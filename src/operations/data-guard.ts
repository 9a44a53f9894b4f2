import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { type ErrorDetails, KeelsonError } from '../core/errors.ts';
import { RETIRE, TIER } from '../core/labels.ts';
import { NAMESPACE_LAYER } from '../core/layer.ts';
import type { KubeObject } from '../core/model.ts';
import { parseQuantity, type Quantity } from '../core/quantity.ts';
import { DATA_FILES, holdsData } from '../core/stateful.ts';

/** What a write is about to do to the tree in `out`. */
export interface PlannedWrite {
  readonly out: string;
  readonly removed: readonly string[];
  readonly written: readonly string[];
  readonly files: ReadonlyMap<string, string>;
}

/**
 * Refuses a write after which data would be gone, or an apply stuck, by editing text. An object that
 * holds data may only disappear after it was retired, or from an environment that may lose everything.
 */
export function guardData(plan: PlannedWrite): void {
  const candidates = plan.removed.filter((path) => DATA_FILES.test(path));
  const kept = candidates.length > 0 ? dataObjects(plan.files) : new Map<string, string>();
  for (const path of candidates) {
    const object = readObject(plan.out, path);
    if (!holdsData(object) || mayLose(plan.out, path, object)) continue;
    const now = kept.get(keyOf(path, object));
    throw now === undefined ? vanished(path, object) : moved(path, now, object);
  }
  for (const path of plan.written) if (DATA_FILES.test(path)) guardChange(plan, path);
}

function mayLose(out: string, path: string, object: KubeObject): boolean {
  if (object.metadata.annotations?.[RETIRE] === 'true') return true;
  return tierBefore(out, path, object) === 'review';
}

/** Where each object that holds data is from now on, by what it is on the cluster. */
function dataObjects(files: ReadonlyMap<string, string>): Map<string, string> {
  const found = [...files].filter(([path]) => DATA_FILES.test(path));
  return new Map(found.map(([path, text]) => [keyOf(path, load(text) as KubeObject), path]));
}

function keyOf(path: string, { apiVersion, kind, metadata }: KubeObject): string {
  const [platform, cluster] = path.split('/');
  return [platform, cluster, apiVersion, kind, metadata.namespace, metadata.name].join(' ');
}

/** What the environment was allowed to lose when it was written last, even if it is gone by now. */
function tierBefore(out: string, path: string, { metadata }: KubeObject): string | undefined {
  const { namespace } = metadata;
  const folder = [...path.split('/').slice(0, 3), NAMESPACE_LAYER, namespace].join('/');
  try {
    return readObject(out, `${folder}/namespace-${namespace}.yaml`).metadata.labels?.[TIER];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** In another namespace it is another object; other claims Kubernetes refuses, and Flux would stop there. */
function guardChange({ files, out }: PlannedWrite, path: string): void {
  const before = tryReadObject(out, path);
  if (before === undefined) return;
  const after = load(files.get(path) ?? '') as KubeObject;
  const stays = keyOf(path, before) === keyOf(path, after);
  const smaller = shrunk(before, after);
  if (stays && !smaller && claimsOf(before) === claimsOf(after)) return;
  if (!holdsData(before) || mayLose(out, path, before)) return;
  if (!stays) throw vanished(path, before);
  if (smaller) throw new KeelsonError(path, 'data/storage-shrinks', smaller);
  throw new KeelsonError(path, 'data/volumes-changed', {
    message: `the volumes of ${after.kind} '${after.metadata.name}' change, which Kubernetes refuses`,
    hint: `put the old size back; a volume grows by its claim: kubectl edit pvc data-${after.metadata.name}-0`,
  });
}

function claimsOf(object: KubeObject): string {
  const { spec } = object as { spec?: { volumeClaimTemplates?: unknown } };
  return JSON.stringify(spec?.volumeClaimTemplates ?? []);
}

type Sizes = Readonly<Record<string, { readonly size?: Quantity } | undefined>>;

/** A volume that CloudNativePG makes: it can grow, and what is left of it can come later. */
function shrunk(before: KubeObject, after: KubeObject): ErrorDetails | undefined {
  if (!before.apiVersion.startsWith('postgresql.cnpg.io/') || before.kind !== 'Cluster') return;
  const sizes = (object: KubeObject) => (object as unknown as { spec?: Sizes }).spec ?? {};
  for (const part of ['storage', 'walStorage']) {
    const [was, is] = [sizes(before)[part]?.size, sizes(after)[part]?.size];
    const now = is === undefined ? -1n : parseQuantity(is);
    const old = was === undefined ? undefined : parseQuantity(was);
    if (old === undefined || now === undefined || now >= old) continue;
    return {
      message: `'${part}' of Cluster '${before.metadata.name}' goes from ${was} to ${is ?? 'none'}, which the operator refuses`,
      hint: 'put the old size back; for a smaller one restore a backup into a new Postgres',
    };
  }
  return undefined;
}

function readObject(out: string, path: string): KubeObject {
  return load(readFileSync(join(out, path), 'utf8')) as KubeObject;
}

function tryReadObject(out: string, path: string): KubeObject | undefined {
  try {
    return readObject(out, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined; // a new object
    throw error;
  }
}

function vanished(path: string, { kind, metadata: { name } }: KubeObject): KeelsonError {
  return new KeelsonError(path, 'data/vanished', {
    message: `${kind} '${name}' holds data and would disappear`,
    hint: `renamed? give the service renamedFrom: '${name}'. To remove it, first write and apply it with retire: true`,
  });
}

function moved(path: string, now: string, { kind, metadata: { name } }: KubeObject): KeelsonError {
  return new KeelsonError(path, 'data/moved', {
    message: `${kind} '${name}' holds data and would move to ${now}`,
    hint: 'Flux would delete it in one layer and make it anew in another; leave the service in its layer',
  });
}
