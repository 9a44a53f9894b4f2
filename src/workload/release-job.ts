import type { Construct } from 'constructs';
import * as k8s from '#imports/k8s.ts';
import type { Access } from '../core/access.ts';
import { Connection } from '../core/connection.ts';
import { imageOf } from '../core/image.ts';
import { Step, type StepName } from '../core/layer.ts';
import { Service } from '../core/service.ts';
import { serviceAccount } from './account.ts';
import { configFiles, noted } from './config-files.ts';
import { type ContainerProps, container, volumes } from './container.ts';
import { podSecurity } from './security.ts';
import { requireCount, requireSeconds } from './whole-number.ts';

export interface ReleaseJobProps extends Partial<ContainerProps> {
  /**
   * How long it may run, retries included.
   * @default 600
   */
  readonly timeoutSeconds?: number;

  /**
   * How often it is tried again.
   * @default 2
   */
  readonly retries?: number;
}

/** Who the job works for: it takes over image and connections unless it has its own. */
export interface ReleaseOf {
  readonly service: Service;
  readonly image: string;
  readonly uses: Readonly<Record<string, Access>>;
  readonly user: number | undefined;
  /** A migration logs in as the service does: with its credentials, or with its role. */
  readonly cloudRole?: string | undefined;
}

/**
 * A Job of one release, in a step of its layer. Its name is stable and Flux re-creates it, so that a
 * change of its spec is no immutable field; it stays when done, or Flux would run it again.
 */
export class ReleaseJob extends Service {
  constructor(step: Construct, id: string, of: ReleaseOf, props: ReleaseJobProps) {
    super(step, id);
    const { image = of.image, retries = 2, timeoutSeconds = 600 } = props;
    requireCount(this, 'retries', retries, 0);
    requireSeconds(this, 'timeoutSeconds', timeoutSeconds, 1);
    for (const [alias, access] of Object.entries(of.uses)) {
      new Connection(this, alias, access, { onBehalfOf: of.service });
    }
    const files = configFiles(this, props.files);
    // An image of its own does not change with a release; this value does, and runs the job again.
    const env = { ...props.env, ...(image !== of.image && { RELEASE: imageOf(this, of.image) }) };

    new k8s.Job(this, 'Resource', {
      metadata: {
        name: this.name,
        annotations: { 'kustomize.toolkit.fluxcd.io/force': 'Enabled' },
      },
      spec: {
        activeDeadlineSeconds: timeoutSeconds,
        backoffLimit: retries,
        template: {
          // The hash makes a change of a file a change of the Job, which Flux then runs again.
          metadata: { labels: { ...this.selector }, ...noted(files) },
          spec: {
            serviceAccountName: this.name,
            automountServiceAccountToken: false,
            enableServiceLinks: false,
            restartPolicy: 'Never',
            securityContext: podSecurity(this, of.user),
            containers: [container(this, { ...props, image, env }, files)],
            volumes: volumes(this, files),
          },
        },
      },
    });
    const { cloudRole } = of;
    serviceAccount(this, cloudRole === undefined ? {} : { cloudRole });
  }
}

/** The step of a service, made when first asked for. */
export function stepOf(service: Service, step: StepName): Step {
  const known = service.node.tryFindChild(step);
  return known instanceof Step ? known : new Step(service, step);
}
