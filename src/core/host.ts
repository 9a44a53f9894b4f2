import { placeOf } from './place.ts';
import type { Service } from './service.ts';

/** How a client says the name of a Service: bare inside the namespace, in full across. */
export function hostSeenFrom(client: Service, owner: Service | undefined, host: string): string {
  const there = owner && placeOf(owner).namespace;
  if (!there || there === placeOf(client).namespace) return host;
  return `${host}.${there}.svc.cluster.local`;
}
