/** Where generated files stand, relative to the folder `imports/`. */
export const layout = {
  index: 'schemas/kinds.json',
  coreTypes: 'k8s.ts',
  groupTypes: (group: string) => `${group}.ts`,
  coreDefinitions: (minor: string) => `schemas/kubernetes/${minor}/definitions.json`,
  coreKind: (minor: string, apiVersion: string, kind: string) =>
    `schemas/kubernetes/${minor}/${coreKindFile(apiVersion, kind)}`,
  customKind: (apiVersion: string, kind: string) => `schemas/${customKindFile(apiVersion, kind)}`,
};

/** `apps/v1`, `Deployment` → `deployment-apps-v1.json`: the name kubeconform asks for. */
export function coreKindFile(apiVersion: string, kind: string): string {
  const parts = apiVersion.split('/');
  const version = parts.pop() ?? '';
  const group = parts.pop()?.split('.')[0];
  return `${[kind, ...(group ? [group] : []), version].join('-').toLowerCase()}.json`;
}

/** `cert-manager.io/v1`, `Issuer` → `custom/cert-manager.io/issuer_v1.json`. */
export function customKindFile(apiVersion: string, kind: string): string {
  const [group = '', version = ''] = apiVersion.split('/');
  return `custom/${group}/${kind.toLowerCase()}_${version}.json`;
}
