import { HTTPRoute } from '#imports/gateway.networking.k8s.io.ts';
import type { Service } from '../core/service.ts';
import type { Route } from './exposure.ts';

/** A route of the Gateway API. The certificate belongs to the Gateway. */
export function gatewayRoute(service: Service, { edge, host, path }: Route): void {
  const { name, namespace, annotations } = edge;
  new HTTPRoute(service, 'Route', {
    metadata: { name: service.name, ...(annotations && { annotations }) },
    spec: {
      parentRefs: [{ name, ...(namespace !== undefined && { namespace }) }],
      hostnames: [host],
      rules: [
        {
          matches: [{ path: { type: 'PathPrefix', value: path } }],
          backendRefs: [{ name: service.name, port: 80 }],
        },
      ],
    },
  });
}
