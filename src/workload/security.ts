import type { Construct } from 'constructs';
import type * as k8s from '#imports/k8s.ts';
import { KeelsonError } from '../core/errors.ts';
import { isWhole } from './whole-number.ts';

/** What the Pod Security level `restricted` asks of a pod. */
export function podSecurity(scope: Construct, user?: number): k8s.PodSecurityContext {
  if (user !== undefined && !isWhole(user, 1)) {
    throw new KeelsonError(scope, 'service/bad-user', {
      message: `'user' must be a whole number, 1 or more, got ${user}`,
      hint: 'the number of the user in the image; 0 is root, which no namespace of ours admits',
    });
  }
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
