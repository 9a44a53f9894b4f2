/** When a custom resource counts as there. Flux takes one without conditions as ready at once. */
const READY = "status.conditions.exists(c, c.type == 'Ready' && c.status == 'True')";

const EXPRESSIONS: Readonly<Record<string, string>> = {
  'cert-manager.io/v1/Certificate': READY,
  'cert-manager.io/v1/ClusterIssuer': READY,
  'cert-manager.io/v1/Issuer': READY,
  'external-secrets.io/v1/ExternalSecret': READY,
  'external-secrets.io/v1/SecretStore': READY,
  'postgresql.cnpg.io/v1/Cluster':
    "status.phase == 'Cluster in healthy state' && status.readyInstances == spec.instances",
  'postgresql.cnpg.io/v1/Database': 'status.applied == true',
  'postgresql.cnpg.io/v1/DatabaseRole': 'status.applied == true',
  'postgresql.cnpg.io/v1/Pooler': "status.phase == 'active'",
  'bitnami.com/v1alpha1/SealedSecret':
    "status.conditions.exists(c, c.type == 'Synced' && c.status == 'True')",
};

export interface HealthCheck {
  readonly apiVersion: string;
  readonly kind: string;
  readonly current: string;
}

/** The checks for the kinds of one layer, each once, in order. */
export function healthChecks(
  objects: readonly { readonly apiVersion: string; readonly kind: string }[],
): HealthCheck[] {
  const keys = new Set(objects.map(({ apiVersion, kind }) => `${apiVersion}/${kind}`));
  return [...keys].sort().flatMap((key) => {
    const current = EXPRESSIONS[key];
    const at = key.lastIndexOf('/');
    return current === undefined
      ? []
      : [{ apiVersion: key.slice(0, at), kind: key.slice(at + 1), current }];
  });
}
