import { helmOperator, leaders } from './helm-operator.ts';

/** Asks for certificates and renews them. */
export const certManager = helmOperator({
  name: 'cert-manager',
  chart: 'cert-manager',
  version: 'v1.20.2',
  repository: 'oci://quay.io/jetstack/charts',
  namespace: 'cert-manager',
  values: (users) => ({
    crds: { enabled: true, keep: true },
    replicaCount: leaders(users),
    webhook: { replicaCount: leaders(users) },
    cainjector: { replicaCount: leaders(users) },
  }),
  images: (at) => {
    const image = (part: string) => ({
      image: { repository: at(`quay.io/jetstack/cert-manager-${part}`) },
    });
    return {
      ...image('controller'),
      webhook: image('webhook'),
      cainjector: image('cainjector'),
      acmesolver: image('acmesolver'),
      startupapicheck: image('startupapicheck'),
    };
  },
});
