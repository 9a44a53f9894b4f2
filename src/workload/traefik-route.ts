import { Certificate } from '#imports/cert-manager.io.ts';
import { IngressRoute } from '#imports/traefik.io.ts';
import type { Edge } from '../core/edge.ts';
import { needs } from '../core/operator.ts';
import type { Service } from '../core/service.ts';
import { traefikCrds } from '../operators/traefik-crds.ts';
import type { Route } from './exposure.ts';

/** A route in Traefik's own words, which say what an Ingress cannot. */
export function traefikRoute(service: Service, { edge, host, path, tlsSecret }: Route): void {
  needs(service, traefikCrds);
  const rule = path === '/' ? '' : ` && PathPrefix(\`${path}\`)`;
  new IngressRoute(service, 'Route', {
    metadata: { name: service.name, ...(edge.annotations && { annotations: edge.annotations }) },
    spec: {
      entryPoints: [edge.entryPoint ?? 'websecure'],
      routes: [
        {
          kind: 'Rule',
          match: `Host(\`${host}\`)${rule}`,
          services: [{ name: service.name, port: 'http' }],
        },
      ],
      tls: tlsSecret === undefined ? {} : { secretName: tlsSecret },
    },
  });
  if (tlsSecret !== undefined) certificate(service, host, tlsSecret, edge);
}

/** cert-manager watches Ingresses for what they ask, but not Traefik's routes. */
function certificate(service: Service, host: string, secretName: string, edge: Edge): void {
  if (typeof edge.certificate !== 'object') return;
  new Certificate(service, 'Certificate', {
    metadata: { name: secretName },
    spec: {
      secretName,
      dnsNames: [host],
      issuerRef: { kind: 'ClusterIssuer', name: edge.certificate.clusterIssuer },
      privateKey: { rotationPolicy: 'Always' },
    },
  });
}
