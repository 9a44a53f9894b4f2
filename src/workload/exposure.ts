import * as k8s from '#imports/k8s.ts';
import type { Edge } from '../core/edge.ts';
import { KeelsonError } from '../core/errors.ts';
import { isDnsLabel, isDnsSubdomain } from '../core/names.ts';
import { NetworkOpening } from '../core/opening.ts';
import { needs } from '../core/operator.ts';
import { placeOf } from '../core/place.ts';
import { human, madeBy, SecretDeclaration } from '../core/secret.ts';
import type { Service } from '../core/service.ts';
import { certManager } from '../operators/cert-manager.ts';
import { gatewayRoute } from './gateway-route.ts';
import { traefikRoute } from './traefik-route.ts';

export interface Expose {
  /** The host name, without scheme. */
  readonly host: string;

  /** What lets the traffic in. */
  readonly through: Edge;

  /**
   * The path that requests begin with.
   * @default '/'
   */
  readonly path?: `/${string}`;
}

/** A route as every kind of ingress needs it. */
export interface Route {
  readonly host: string;
  readonly path: string;
  readonly edge: Edge;
  /** The Secret with the certificate; undefined where the edge holds its own. */
  readonly tlsSecret: string | undefined;
}

/** One route of the environment's kind, and the opening for who brings its traffic. */
export function expose(
  service: Service,
  { host, path = '/', through }: Expose,
  port: number,
): void {
  if (!isDnsSubdomain(host)) {
    throw new KeelsonError(service, 'expose/bad-host', {
      message: `'expose.host' must be a host name in lower case, got ${JSON.stringify(host)}`,
      hint: "such as 'shop.example.com', without 'https://'",
    });
  }
  requirePath(service, path);
  requireEdge(service, through);
  const route = { host, path, edge: through, tlsSecret: tlsSecret(service, through, host) };
  const kinds = { ingress: ingressRoute, traefik: traefikRoute, gateway: gatewayRoute };
  kinds[placeOf(service).ingress](service, route);
  new NetworkOpening(service, 'edge', { direction: 'in', peers: through.from, ports: [port] });
}

/** What every controller reads alike: no patterns of its own, nothing to escape. */
function requirePath(service: Service, path: string): void {
  if (/^(\/[\w.~!$&'()*+,;=:@-]*)+$/.test(path) && !/\/(\/|\.{1,2}(\/|$))/.test(path)) return;
  throw new KeelsonError(service, 'expose/bad-path', {
    message: `'expose.path' must be a path that begins with '/', got ${JSON.stringify(path)}`,
    hint: "such as '/api'; a prefix, without patterns and without '..'",
  });
}

function requireEdge(service: Service, { from, name, namespace = 'default' }: Edge): void {
  if (isDnsSubdomain(name) && isDnsLabel(namespace) && from.length > 0) return;
  throw new KeelsonError(service, 'expose/bad-edge', {
    message: `'expose.through' needs a 'name', and in 'from' who brings its traffic, got ${JSON.stringify({ name, namespace, from })}`,
    hint: 'without a source the policy would let everybody in',
  });
}

/** What cert-manager has not written yet, the edge replaces by a certificate of its own. */
function tlsSecret(service: Service, through: Edge, host: string): string | undefined {
  const { certificate = 'edge' } = through;
  // A Gateway holds the certificates of all its routes.
  if (certificate === 'edge' || placeOf(service).ingress === 'gateway') return undefined;
  const name = `${service.name}-tls`;
  if (certificate === 'given') {
    const about = (what: string) => human(`${what} of the certificate for ${host}, as PEM`);
    const keys = { 'tls.crt': about('the chain'), 'tls.key': about('the private key') };
    new SecretDeclaration(service, { name, keys, type: 'kubernetes.io/tls' });
    return name;
  }
  needs(service, certManager);
  const keys = { 'tls.crt': madeBy('cert-manager'), 'tls.key': madeBy('cert-manager') };
  new SecretDeclaration(service, { name, keys });
  // cert-manager answers the issuer's question from a pod of its own, in this namespace, on this port.
  new NetworkOpening(service, 'acme', {
    direction: 'in',
    labels: { 'acme.cert-manager.io/http01-solver': 'true' },
    peers: through.from,
    ports: [8089],
  });
  return name;
}

function ingressRoute(service: Service, { edge, host, path, tlsSecret: secretName }: Route): void {
  const { annotations = {}, certificate } = edge;
  const issuer = typeof certificate === 'object' && {
    'cert-manager.io/cluster-issuer': certificate.clusterIssuer,
  };
  const backend = { service: { name: service.name, port: { name: 'http' } } };
  new k8s.Ingress(service, 'Route', {
    metadata: { name: service.name, annotations: { ...annotations, ...issuer } },
    spec: {
      ingressClassName: edge.name,
      rules: [{ host, http: { paths: [{ path, pathType: 'Prefix', backend }] } }],
      ...(secretName && { tls: [{ hosts: [host], secretName }] }),
    },
  });
}
