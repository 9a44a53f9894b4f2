import type { Edge } from 'keelson';

export interface LoadBalancerOptions {
  /** The public subnets that the balancer stands in; no pods run there. */
  readonly subnets: readonly [string, ...string[]];
  readonly healthPath: string;
}

/** An Application Load Balancer that sends requests straight to the pods and holds the certificate. */
export function loadBalancer({ healthPath, subnets }: LoadBalancerOptions): Edge {
  const [first, ...others] = subnets;
  return {
    name: 'alb',
    from: [{ cidr: first }, ...others.map((cidr) => ({ cidr }))],
    annotations: {
      'alb.ingress.kubernetes.io/scheme': 'internet-facing',
      'alb.ingress.kubernetes.io/target-type': 'ip',
      'alb.ingress.kubernetes.io/listen-ports': '[{"HTTP":80},{"HTTPS":443}]',
      'alb.ingress.kubernetes.io/ssl-redirect': '443',
      'alb.ingress.kubernetes.io/healthcheck-path': healthPath,
      // How long requests under way may take once their pod is told to go; then they are cut off.
      'alb.ingress.kubernetes.io/target-group-attributes':
        'deregistration_delay.timeout_seconds=30',
    },
  };
}
