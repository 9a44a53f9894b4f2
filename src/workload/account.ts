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
  if (serviceAccountToken) {
    const { cidrs, port } = placeOf(service).cluster.network.apiServer;
    const [first, ...others] = cidrs.map((cidr) => ({ cidr }));
    if (first) reach(service, 'kube-api', [first, ...others], port);
  }
  if (cloudRole !== undefined) reach(service, 'cloud-login', ANYWHERE, 443);
}

/** The provider's token service has no fixed address, and a private one behind a VPC endpoint. */
const ANYWHERE = [{ cidr: '0.0.0.0/0' }, { cidr: '::/0' }] as const;

function reach(service: Service, name: string, peers: OpeningProps['peers'], port: number): void {
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
