import { helmOperator, leaders } from './helm-operator.ts';

/** Fetches Secrets from a store, and puts generated ones there. */
export const externalSecrets = helmOperator({
  name: 'external-secrets',
  chart: 'external-secrets',
  version: '1.3.2',
  repository: 'https://charts.external-secrets.io',
  namespace: 'external-secrets',
  values: (users) => ({
    installCRDs: true,
    replicaCount: leaders(users),
    leaderElect: leaders(users) > 1,
    webhook: { replicaCount: leaders(users) },
    certController: { replicaCount: leaders(users) },
  }),
  images: (at) => {
    const image = { repository: at('ghcr.io/external-secrets/external-secrets') };
    return { image, webhook: { image }, certController: { image } };
  },
});
