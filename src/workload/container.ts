import type * as k8s from '#imports/k8s.ts';
import { Connection, type EnvVar } from '../core/connection.ts';
import { imageOf } from '../core/image.ts';
import { late } from '../core/late.ts';
import type { Service } from '../core/service.ts';
import type { ConfigFiles, MountedFiles } from './config-files.ts';
import { type Resources, resources } from './resources.ts';
import { containerSecurity } from './security.ts';

/** What every container of our own says. */
export interface ContainerProps {
  /** A name in the cluster's image lock, or a full reference. */
  readonly image: string;

  /**
   * Replaces the image's entry point.
   * @default - the image's own
   */
  readonly command?: readonly string[];

  /**
   * Arguments of the entry point.
   * @default - the image's own
   */
  readonly args?: readonly string[];

  /**
   * Plain settings as environment variables. Secrets come with connections.
   * @default - none
   */
  readonly env?: Readonly<Record<string, string>>;

  /**
   * Configuration files: absolute path to content. A change rolls the pods.
   * @default - none
   */
  readonly files?: ConfigFiles;

  /**
   * Processor and memory of each pod.
   * @default - what the tier gives
   */
  readonly resources?: Resources;
}

/** The main container: restricted, with a read-only root and a `/tmp` that can be written. */
export function container(
  service: Service,
  props: ContainerProps,
  files: MountedFiles,
): k8s.Container {
  const { args, command, env = {}, image } = props;
  const own = Object.entries(env).map(([name, value]) => ({ name, value }));
  return {
    name: service.name,
    image: imageOf(service, image),
    ...(command && { command: [...command] }),
    ...(args && { args: [...args] }),
    env: late(() => [...own, ...connectionEnv(service)]),
    resources: resources(service, props.resources),
    securityContext: containerSecurity(),
    volumeMounts: late(() => [
      { name: 'tmp', mountPath: '/tmp' },
      ...files.mounts,
      ...secretFiles(service).map(({ name, path }) => ({ name, mountPath: path, readOnly: true })),
    ]),
  };
}

/** The volumes behind the main container's mounts. */
export function volumes(service: Service, files: MountedFiles): k8s.Volume[] {
  return late(() => [
    { name: 'tmp', emptyDir: {} },
    ...files.volumes,
    ...secretFiles(service).map(({ name, secret }) => ({ name, secret: { secretName: secret } })),
  ]);
}

function connectionEnv(service: Service): EnvVar[] {
  return Connection.of(service).flatMap(({ env }) => env);
}

const secretFiles = (service: Service) => Connection.of(service).flatMap(({ files }) => files);
