import type * as k8s from '#imports/k8s.ts';
import { Connection, type EnvVar, type SecretFiles } from '../core/connection.ts';
import { KeelsonError } from '../core/errors.ts';
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
  variables(service, env); // what is wrong already is said where it was written
  return {
    name: service.name,
    image: imageOf(service, image),
    ...(command && { command: [...command] }),
    ...(args && { args: [...args] }),
    env: late(() => variables(service, env)),
    resources: resources(service, props.resources),
    securityContext: containerSecurity(),
    volumeMounts: late(() => [
      { name: 'tmp', mountPath: '/tmp' },
      ...files.mounts,
      ...secretFiles(service).map(({ folder, name }) => ({
        name,
        mountPath: folder,
        readOnly: true,
      })),
    ]),
  };
}

/** The volumes behind the main container's mounts. */
export function volumes(service: Service, files: MountedFiles): k8s.Volume[] {
  return late(() => [
    { name: 'tmp', emptyDir: {} },
    ...files.volumes,
    ...secretFiles(service).map(secretVolume),
  ]);
}

/** Several Secrets in one folder, such as a password and the certificate of who checks it. */
function secretVolume({ keys, name }: SecretFiles): k8s.Volume {
  const sources = Object.entries(keys).map(([suffix, { key, secret }]) => ({
    secret: { name: secret, items: [{ key, path: suffix.toLowerCase() }] },
  }));
  return { name, projected: { sources } };
}

/** Its own first, then what connections give; nothing at all rather than an empty list. */
function variables(service: Service, own: Readonly<Record<string, string>>): EnvVar[] {
  const all = [...plainEnv(service, own), ...Connection.of(service).flatMap(({ env }) => env)];
  const names = all.map(({ name }) => name);
  const twice = names.find((name, at) => names.indexOf(name) < at);
  if (twice !== undefined) {
    throw new KeelsonError(service, 'env/twice', {
      message: `the environment variable '${twice}' is given twice`,
      hint: "'env' and each alias in 'uses' give variables of their own: rename one",
    });
  }
  return all.length > 0 ? all : (undefined as never);
}

/** Variables of a container as they were typed. */
export function plainEnv(service: Service, env: Readonly<Record<string, string>> = {}): EnvVar[] {
  return Object.entries(env).map(([name, value]) => {
    if (/^[A-Za-z_][A-Za-z0-9_.-]*$/.test(name)) return { name, value };
    throw new KeelsonError(service, 'env/bad-name', {
      message: `'env' names ${JSON.stringify(name)}, which is no name of an environment variable`,
      hint: "letters, digits and '_', and no digit first",
    });
  });
}

const secretFiles = (service: Service) => Connection.of(service).flatMap(({ files }) => files);
