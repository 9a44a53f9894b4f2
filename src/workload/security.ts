import type * as k8s from '#imports/k8s.ts';

/** What the Pod Security level `restricted` asks of a pod. */
export function podSecurity(user?: number): k8s.PodSecurityContext {
  return {
    runAsNonRoot: true,
    ...(user !== undefined && { runAsUser: user, runAsGroup: user, fsGroup: user }),
    seccompProfile: { type: 'RuntimeDefault' },
  };
}

/** What it asks of a container, and a root file system that nothing can be dropped into. */
export function containerSecurity(): k8s.SecurityContext {
  return {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'] },
    readOnlyRootFilesystem: true,
  };
}
