import type { Edge } from 'keelson';

/** The Traefik that the clusters have, and the issuer that it gets its certificates from. */
export const traefik: Edge = {
  name: 'traefik',
  from: [{ namespace: 'traefik', labels: { 'app.kubernetes.io/name': 'traefik' } }],
  certificate: { clusterIssuer: 'letsencrypt' },
};
