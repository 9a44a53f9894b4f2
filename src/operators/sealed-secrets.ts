import { splitImage } from './chart-values.ts';
import { helmOperator } from './helm-operator.ts';

/** Opens SealedSecrets with a key that never leaves the cluster. */
export const sealedSecrets = helmOperator({
  name: 'sealed-secrets',
  chart: 'sealed-secrets',
  version: '2.18.4',
  repository: 'https://bitnami-labs.github.io/sealed-secrets',
  namespace: 'sealed-secrets',
  values: () => ({ fullnameOverride: 'sealed-secrets-controller' }), // the name that kubeseal asks for
  images: (at) => ({ image: splitImage(at('docker.io/bitnami/sealed-secrets-controller')) }),
});
