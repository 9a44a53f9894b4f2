import * as k8s from '#imports/k8s.ts';
import { KeelsonError } from '../core/errors.ts';
import { NetworkOpening, type OpeningProps } from '../core/opening.ts';
import { placeOf } from '../core/place.ts';
import type { Service } from '../core/service.ts';

export interface AccountProps {
  /**
   * Mounts a token for the Kubernetes API into the pods.
   * @default false
   */
  readonly serviceAccountToken?: boolean;

  /**
   * The cloud role that the pods take on, such as an IAM role's ARN.
   * @default - none
   */
  readonly cloudRole?: string;
}

/** A ServiceAccount of the service's own, so that a role given to it is given to nobody else. */
export function serviceAccount(service: Service, props: AccountProps): void {
  const { cloudRole, serviceAccountToken = false } = props;
  new k8s.ServiceAccount(service, 'Account', {
    metadata: {
      name: service.name,
      ...(cloudRole !== undefined && { annotations: roleAnnotation(service, cloudRole) }),
    },
    automountServiceAccountToken: serviceAccountToken,
  });
  const { apiServer, cloudLogin } = placeOf(service).cluster.network;
  if (serviceAccountToken) reach(service, 'kube-api', apiServer.cidrs, apiServer.port);
  if (cloudRole !== undefined) reach(service, 'cloud-login', cloudLogin.cidrs, 443);
}

type Cidrs = readonly [string, ...string[]];

function reach(service: Service, name: string, [first, ...others]: Cidrs, port: number): void {
  const peers: OpeningProps['peers'] = [{ cidr: first }, ...others.map((cidr) => ({ cidr }))];
  new NetworkOpening(service, name, { direction: 'out', peers, ports: [port] });
}

function roleAnnotation(service: Service, role: string): Record<string, string> {
  const { cluster } = placeOf(service);
  if (cluster.provider === 'aws' && /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/.test(role)) {
    return { 'eks.amazonaws.com/role-arn': role };
  }
  throw new KeelsonError(service, 'account/bad-cloud-role', {
    message: `'cloudRole' is ${JSON.stringify(role)}, and the cluster's provider '${cluster.provider}'`,
    hint: "on aws give an IAM role's ARN; other providers tie no roles to service accounts here",
  });
}
