import type { Edge } from 'keelson';

/** An Application Load Balancer that sends requests straight to the pods and holds the certificate. */
export function loadBalancer(of: { readonly vpc: string; readonly healthPath: string }): Edge {
  return {
    name: 'alb',
    from: [{ cidr: of.vpc }], // its addresses change, but never leave the VPC
    annotations: {
      'alb.ingress.kubernetes.io/scheme': 'internet-facing',
      'alb.ingress.kubernetes.io/target-type': 'ip',
      'alb.ingress.kubernetes.io/listen-ports': '[{"HTTP":80},{"HTTPS":443}]',
      'alb.ingress.kubernetes.io/ssl-redirect': '443',
      'alb.ingress.kubernetes.io/healthcheck-path': of.healthPath,
      // A pod that drains still answers for ten seconds; the balancer forgets it in five.
      'alb.ingress.kubernetes.io/target-group-attributes': 'deregistration_delay.timeout_seconds=5',
    },
  };
}
