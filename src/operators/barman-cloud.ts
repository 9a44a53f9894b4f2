import { certManager } from './cert-manager.ts';
import { splitImage } from './chart-values.ts';
import { CNPG_PODS, cloudnativePg } from './cloudnative-pg.ts';
import { helmOperator } from './helm-operator.ts';

/** Archives what CloudNativePG writes, in an object store. It has to stand beside its operator, which it meets by TLS. */
export const barmanCloud = helmOperator({
  name: 'barman-cloud',
  chart: 'plugin-barman-cloud',
  version: '0.7.0',
  repository: 'https://cloudnative-pg.github.io/charts',
  namespace: CNPG_PODS.namespace,
  after: [certManager, cloudnativePg],
  values: () => ({ crds: { create: true } }),
  images: (at) => ({
    image: splitImage(at('ghcr.io/cloudnative-pg/plugin-barman-cloud')),
    sidecarImage: splitImage(at('ghcr.io/cloudnative-pg/plugin-barman-cloud-sidecar')),
  }),
});
