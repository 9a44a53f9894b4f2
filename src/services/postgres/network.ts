import { NetworkOpening } from '../../core/opening.ts';
import { placeOf } from '../../core/place.ts';
import type { Service } from '../../core/service.ts';
import { CNPG_PODS } from '../../operators/cloudnative-pg.ts';

export const POSTGRES_PORT = 5432;

/** Where instances answer the operator and each other. */
const STATUS_PORT = 8000;

/** The labels that the operator gives the instances of a cluster. */
export const instanceLabels = (name: string) => ({
  'cnpg.io/cluster': name,
  'cnpg.io/podRole': 'instance',
});

/** The operator, the instances among each other, and the API server, from which each instance learns its part. */
export function openings(postgres: Service): void {
  const own = { labels: postgres.podLabels };
  const joining = { labels: { 'cnpg.io/cluster': postgres.name, 'cnpg.io/jobRole': 'join' } };
  const all = { 'cnpg.io/cluster': postgres.name }; // the Jobs that begin an instance, and poolers
  const ports = [POSTGRES_PORT, STATUS_PORT] as const;
  new NetworkOpening(postgres, 'operator', { direction: 'in', peers: [CNPG_PODS], ports });
  new NetworkOpening(postgres, 'peers', { direction: 'in', peers: [own, joining], ports });
  new NetworkOpening(postgres, 'peers', { direction: 'out', peers: [own], ports, labels: all });
  const { apiServer } = placeOf(postgres).cluster.network;
  const [first, ...others] = apiServer.cidrs;
  const peers = [{ cidr: first }, ...others.map((cidr) => ({ cidr }))] as const;
  new NetworkOpening(postgres, 'kube-api', {
    direction: 'out',
    labels: all,
    peers,
    ports: [apiServer.port],
  });
}
