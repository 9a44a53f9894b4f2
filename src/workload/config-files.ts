import * as k8s from '#imports/k8s.ts';
import { credentialMark } from '../core/credential-mark.ts';
import { KeelsonError } from '../core/errors.ts';
import { contentHash } from '../core/hash.ts';
import { late } from '../core/late.ts';
import type { Service } from '../core/service.ts';

/** Absolute path in the container to the file's content. */
export type ConfigFiles = Readonly<Record<string, string>>;

export interface MountedFiles {
  readonly volumes: readonly k8s.Volume[];
  readonly mounts: readonly k8s.VolumeMount[];
  /** Changes with the content, so that the pods roll. */
  readonly annotations: Readonly<Record<string, string>>;
}

const NOTHING: MountedFiles = { volumes: [], mounts: [], annotations: {} };

/** One ConfigMap with all files; each is mounted alone, so that nothing beside it is hidden. */
export function configFiles(service: Service, files: ConfigFiles | undefined): MountedFiles {
  const keys = keysOf(service, files ?? {});
  if (!files || keys.size === 0) return NOTHING;
  const data = Object.fromEntries([...keys].map(([path, key]) => [key, files[path] ?? '']));
  const name = `${service.name}-config`;
  new k8s.ConfigMap(service, 'Config', { metadata: { name }, data });
  return {
    volumes: [{ name: 'config', configMap: { name } }],
    mounts: [...keys].map(([path, key]) => ({
      name: 'config',
      mountPath: path,
      subPath: key,
      readOnly: true,
    })),
    annotations: { 'keelson.dev/config-hash': contentHash(JSON.stringify(data)) },
  };
}

/** The annotations of a Job's template: a changed file runs it again. */
export function noted({ annotations }: MountedFiles): Pick<k8s.ObjectMeta, 'annotations'> {
  return Object.keys(annotations).length > 0 ? { annotations: { ...annotations } } : {};
}

/** The annotations of a template whose pods stay: a changed file or credential rolls them. */
export function rolledBy(
  service: Service,
  files: MountedFiles,
): Pick<k8s.ObjectMeta, 'annotations'> {
  const annotations = late(() => {
    const mark = credentialMark(service);
    const all = { ...files.annotations, ...(mark && { 'keelson.dev/credential-hash': mark }) };
    return Object.keys(all).length > 0 ? all : (undefined as never);
  });
  return { annotations };
}

/** A file's own name where that is enough, its whole path where two files share the name. */
function keysOf(service: Service, files: ConfigFiles): Map<string, string> {
  const paths = Object.keys(files).sort();
  for (const path of paths) requirePath(service, path);
  const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
  const alone = (path: string): boolean =>
    paths.filter((other) => nameOf(other) === nameOf(path)).length === 1;
  const keys = paths.map((path) =>
    alone(path) ? nameOf(path) : path.slice(1).replaceAll('/', '_'),
  );
  if (new Set(keys).size < paths.length) {
    throw new KeelsonError(service, 'files/alike', {
      message: `'files' has two paths that differ in '/' and '_' only: ${paths.join(', ')}`,
      hint: 'rename one; both would become one key of the ConfigMap',
    });
  }
  return new Map(paths.map((path, at) => [path, keys[at] ?? '']));
}

function requirePath(service: Service, path: string): void {
  const plain = /^(\/[A-Za-z0-9._-]{1,200})+$/.test(path) && !/\/\.($|\/|\.)/.test(path);
  if (plain && path !== '/tmp') return;
  throw new KeelsonError(service, 'files/bad-path', {
    message: `'files' names ${JSON.stringify(path)}, which is no absolute path of a file`,
    hint: "write it as the program sees it: '/etc/app/config.yaml'",
  });
}
