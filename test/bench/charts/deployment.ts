import type { DeploymentSpec, ObjectMeta } from 'keelson/imports/k8s';

/** The one Deployment that every tool is given: an ordinary one, of some fifty lines. */
export function deployment(name: string): {
  readonly metadata: ObjectMeta & { readonly name: string };
  readonly spec: DeploymentSpec;
} {
  const labels = { 'app.kubernetes.io/name': name, 'app.kubernetes.io/instance': name };
  return {
    metadata: { name, annotations: { 'example.com/owner': 'team-a' } },
    spec: {
      replicas: 2,
      selector: { matchLabels: labels },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: 0 } },
      template: {
        metadata: { labels },
        spec: {
          automountServiceAccountToken: false,
          securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
          containers: [
            {
              name: 'app',
              image: `registry.example.com/shop/app:1.2.3@sha256:${'0123456789abcdef'.repeat(4)}`,
              ports: [{ name: 'http', containerPort: 8080 }],
              env: [
                { name: 'NAME', value: name },
                { name: 'LOG_LEVEL', value: 'info' },
              ],
              resources: {
                requests: { cpu: '100m', memory: '128Mi' },
                limits: { memory: '128Mi' },
              },
              readinessProbe: { httpGet: { path: '/healthz', port: 'http' }, periodSeconds: 10 },
              securityContext: {
                allowPrivilegeEscalation: false,
                readOnlyRootFilesystem: true,
                capabilities: { drop: ['ALL'] },
              },
            },
          ],
        },
      },
    },
  };
}

/** How many Deployments stand together: in a folder, a chart, a template. */
const GROUP = 100;

/** The names in groups: `app-0` to `app-99`, and so on. */
export function groupsOf(count: number): readonly (readonly string[])[] {
  return Array.from({ length: Math.ceil(count / GROUP) }, (_, group) =>
    Array.from({ length: Math.min(GROUP, count - group * GROUP) }, (_, i) => {
      return `app-${group * GROUP + i}`;
    }),
  );
}
