import { helmOperator, leaders } from './helm-operator.ts';

/** Where the operator runs, and how policies find its pods. */
export const CNPG_PODS = {
  namespace: 'cnpg-system',
  labels: { 'app.kubernetes.io/name': 'cloudnative-pg' },
} as const;

/** Runs PostgreSQL: instances, failover, roles, databases, poolers. A new version restarts every cluster that it owns. */
export const cloudnativePg = helmOperator({
  name: 'cloudnative-pg',
  chart: 'cloudnative-pg',
  version: '0.29.0',
  repository: 'https://cloudnative-pg.github.io/charts',
  namespace: CNPG_PODS.namespace,
  values: (users) => ({ crds: { create: true }, replicaCount: leaders(users) }),
  images: (at) => ({ image: { repository: at('ghcr.io/cloudnative-pg/cloudnative-pg') } }),
});
