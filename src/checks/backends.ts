import type { Entry } from '../core/model.ts';
import { kindOf } from './index-of-objects.ts';
import { type Fields, fieldsIn, itemsIn, textIn } from './read.ts';

/** A Service that a route leads to. */
export interface Backend {
  readonly name: string;
  readonly namespace: string | undefined;
  /** Its number or its name. */
  readonly port: unknown;
}

type Read = (spec: Fields) => readonly Fields[];

/** Where each kind of route keeps its backends, as maps of kind, name, namespace and port. */
const BACKENDS: ReadonlyMap<string, Read> = new Map([
  ['networking.k8s.io/Ingress', ofIngress],
  ['gateway.networking.k8s.io/GRPCRoute', ofGateway],
  ['gateway.networking.k8s.io/HTTPRoute', ofGateway],
  ['gateway.networking.k8s.io/TCPRoute', ofGateway],
  ['gateway.networking.k8s.io/TLSRoute', ofGateway],
  ['gateway.networking.k8s.io/UDPRoute', ofGateway],
  ['traefik.io/IngressRoute', ofTraefik],
  ['traefik.io/IngressRouteTCP', ofTraefik],
  ['traefik.io/IngressRouteUDP', ofTraefik],
]);

export const ROUTES: readonly string[] = [...BACKENDS.keys()];

/** Only Services: what else a route may lead to (`api@internal`, a bucket) is its controller's business. */
export function backendsOf({ object }: Entry): readonly Backend[] {
  const read = BACKENDS.get(kindOf(object.apiVersion, object.kind));
  const found = read?.(fieldsIn(object, 'spec')) ?? [];
  return found.flatMap((backend) => {
    const name = textIn(backend, 'name');
    if (name === undefined || (backend['kind'] ?? 'Service') !== 'Service') return [];
    const namespace = textIn(backend, 'namespace') ?? object.metadata.namespace;
    return [{ name, namespace, port: backend['port'] }];
  });
}

function ofIngress(spec: Fields): readonly Fields[] {
  const paths = itemsIn(spec, 'rules').flatMap((rule) => itemsIn(rule, 'http', 'paths'));
  const backends = [
    fieldsIn(spec, 'defaultBackend'),
    ...paths.map((path) => fieldsIn(path, 'backend')),
  ];
  return backends.map((backend) => {
    const { name, number } = fieldsIn(backend, 'service', 'port');
    return { name: textIn(backend, 'service', 'name'), port: number ?? name };
  });
}

function ofGateway(spec: Fields): readonly Fields[] {
  return itemsIn(spec, 'rules').flatMap((rule) => itemsIn(rule, 'backendRefs'));
}

function ofTraefik(spec: Fields): readonly Fields[] {
  return itemsIn(spec, 'routes').flatMap((route) => itemsIn(route, 'services'));
}
