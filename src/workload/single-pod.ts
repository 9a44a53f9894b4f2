import * as k8s from '#imports/k8s.ts';
import { RETIRE } from '../core/labels.ts';
import type { Quantity } from '../core/quantity.ts';
import type { Service } from '../core/service.ts';
import { serviceAccount } from './account.ts';
import { podSecurity } from './security.ts';

/** A page of which there can be one pod, for it keeps what people type in a file. */
export interface SinglePod {
  readonly user: number;
  readonly port: number;
  /** Where its volume is, and how large. */
  readonly data: { readonly path: string; readonly storage: Quantity };
  /** The rest of its container. */
  readonly container: Omit<k8s.Container, 'ports'>;
  /**
   * Further volumes.
   * @default - none
   */
  readonly volumes?: readonly k8s.Volume[];
  /**
   * The annotations that roll it.
   * @default - none
   */
  readonly template?: Pick<k8s.ObjectMeta, 'annotations'>;
}

/** One pod with its volume, and a Service before it. No budget: a drain may always take it. */
export function singlePod(service: Service, of: SinglePod): void {
  const { container, data, port, template, user, volumes = [] } = of;
  const retire = service.stateful?.retire && { annotations: { [RETIRE]: 'true' } };
  const mounts = [
    { name: 'data', mountPath: data.path },
    { name: 'tmp', mountPath: '/tmp' },
    ...(container.volumeMounts ?? []),
  ];
  new k8s.StatefulSet(service, 'Resource', {
    metadata: { name: service.name, ...retire },
    spec: {
      serviceName: service.name,
      replicas: 1,
      selector: { matchLabels: service.selector },
      template: {
        metadata: { labels: { ...service.selector }, ...template },
        spec: {
          serviceAccountName: service.name,
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          securityContext: podSecurity(service, user),
          containers: [
            {
              ...container,
              ports: [{ name: 'http', containerPort: port }],
              volumeMounts: mounts,
            },
          ],
          volumes: [{ name: 'tmp', emptyDir: {} }, ...volumes],
        },
      },
      volumeClaimTemplates: [
        {
          metadata: { name: 'data' },
          spec: {
            accessModes: ['ReadWriteOnce'],
            resources: { requests: { storage: data.storage } },
          },
        },
      ],
    },
  });
  new k8s.Service(service, 'Service', {
    metadata: { name: service.name },
    spec: { selector: service.selector, ports: [{ name: 'http', port, targetPort: 'http' }] },
  });
  serviceAccount(service, {});
}
