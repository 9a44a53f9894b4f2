import { splitImage } from './chart-values.ts';
import { helmOperator } from './helm-operator.ts';

/** The kinds of Traefik 2.11, both groups of them: without the old group it serves no route at all. */
export const traefikCrds = helmOperator({
  name: 'traefik-crds',
  chart: 'traefik',
  version: '26.1.0',
  repository: 'https://traefik.github.io/charts',
  namespace: 'traefik-crds',
  values: () => ({
    deployment: { enabled: false },
    ingressClass: { enabled: false },
    ingressRoute: { dashboard: { enabled: false } },
    rbac: { enabled: false },
    service: { enabled: false },
  }),
  images: (at) => ({ image: splitImage(at('docker.io/traefik')) }), // runs nothing today
});
