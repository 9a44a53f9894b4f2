import type * as k8s from '#imports/k8s.ts';
import { KeelsonError } from '../core/errors.ts';
import { imageOf } from '../core/image.ts';
import { isDnsLabel } from '../core/names.ts';
import type { Service } from '../core/service.ts';
import { type ContainerProps, plainEnv } from './container.ts';
import { requirePort } from './port.ts';
import { resources } from './resources.ts';
import { containerSecurity } from './security.ts';

/** A helper beside the main program. */
export interface Sidecar extends Omit<ContainerProps, 'files'> {
  /**
   * The port that it listens on.
   * @default - none
   */
  readonly port?: number;
}

/** Native sidecars: init containers that stay, so that they outlive the main one and never block a Job. */
export function sidecarContainers(
  service: Service,
  sidecars: Readonly<Record<string, Sidecar>> = {},
): k8s.Container[] {
  return Object.entries(sidecars).map(([name, sidecar]) =>
    sidecarContainer(service, name, sidecar),
  );
}

function sidecarContainer(service: Service, name: string, sidecar: Sidecar): k8s.Container {
  const { args, command, env, image, port } = sidecar;
  const variables = plainEnv(service, env);
  if (port !== undefined) requirePort(service, name, port);
  if (!isDnsLabel(name) || name === service.name) {
    throw new KeelsonError(service, 'sidecar/bad-name', {
      message: `sidecar '${name}' must have a name of its own (a-z, 0-9, '-')`,
      hint: `'${service.name}' is the main container`,
    });
  }
  return {
    name,
    image: imageOf(service, image),
    restartPolicy: 'Always',
    ...(command && { command: [...command] }),
    ...(args && { args: [...args] }),
    ...(variables.length > 0 && { env: variables }),
    ...(port !== undefined && { ports: [{ name, containerPort: port }] }),
    resources: resources(service, sidecar.resources),
    securityContext: containerSecurity(),
    volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }],
  };
}
