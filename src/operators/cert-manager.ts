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
});
