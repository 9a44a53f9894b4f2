import { external } from '../../core/access.ts';
import type { BackupStore } from '../../core/backup-store.ts';
import { connect } from '../../core/connection.ts';
import { NetworkOpening, type OpeningProps } from '../../core/opening.ts';
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

/** The operator, the API server, and the instances among each other. */
export function openings(postgres: Service): void {
  const own = { labels: postgres.podLabels };
  const joining = { labels: { ...podsOf(postgres), 'cnpg.io/jobRole': 'join' } };
  managed(postgres);
  new NetworkOpening(postgres, 'peers', { direction: 'in', peers: [own, joining], ports: PORTS });
  new NetworkOpening(postgres, 'peers', {
    direction: 'out',
    peers: [own],
    ports: PORTS,
    labels: podsOf(postgres),
  });
}

const PORTS = [POSTGRES_PORT, STATUS_PORT] as const;

/** Instances, the Jobs that begin them, and poolers. */
const podsOf = ({ name }: Service) => ({ 'cnpg.io/cluster': name });

/** What each cluster needs: the operator, and the API server, from which an instance learns its part. */
export function managed(cluster: Service): void {
  new NetworkOpening(cluster, 'operator', { direction: 'in', peers: [CNPG_PODS], ports: PORTS });
  const { apiServer } = placeOf(cluster).cluster.network;
  new NetworkOpening(cluster, 'kube-api', {
    direction: 'out',
    labels: podsOf(cluster),
    peers: addresses(apiServer.cidrs),
    ports: [apiServer.port],
  });
}

/** The bucket, and whoever gives a token for it. */
export function reachStore(cluster: Service, store: BackupStore): void {
  const { cluster: around } = placeOf(cluster);
  const { cidrs, cloudRole, endpoint, region = around.region } = store;
  const amazon = region === undefined ? 's3.amazonaws.com' : `s3.${region}.amazonaws.com`;
  connect(cluster, 'BACKUPS', external(endpoint ?? amazon, 443, cidrs ? { cidrs } : {}));
  if (cloudRole === undefined) return;
  const peers = addresses(around.network.cloudLogin.cidrs);
  new NetworkOpening(cluster, 'cloud-login', { direction: 'out', peers, ports: [443] });
}

const addresses = ([first, ...others]: readonly [string, ...string[]]): OpeningProps['peers'] => [
  { cidr: first },
  ...others.map((cidr) => ({ cidr })),
];
