import type { Peer } from './model.ts';

/** What lets the outside in: an ingress controller, a gateway, a provider's load balancer. */
export interface Edge {
  /** The IngressClass, or the Gateway's name. */
  readonly name: string;

  /** Where its traffic comes from: pods of a namespace, or addresses of a load balancer. */
  readonly from: readonly [Peer, ...Peer[]];

  /**
   * The namespace of the Gateway, for environments with `ingress: 'gateway'`.
   * @default - the environment's own
   */
  readonly namespace?: string;

  /**
   * Traefik's entry point, for environments with `ingress: 'traefik'`.
   * @default 'websecure'
   */
  readonly entryPoint?: string;

  /**
   * Who holds the certificate: the edge itself; a Secret `<service>-tls` that somebody gives like any other;
   * or a cert-manager issuer, asked for one per host.
   * @default 'edge'
   */
  readonly certificate?: 'edge' | 'given' | { readonly clusterIssuer: string };

  /** What the controller wants to be told about every route, such as a load balancer's health check. */
  readonly annotations?: Readonly<Record<string, string>>;
}
