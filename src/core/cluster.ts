import type { SharedProps } from './environment-props.ts';
import type { KubernetesVersion } from './schema.ts';

/** Who runs the machines: decides which labels nodes carry and what a load balancer needs. */
export type Provider = 'aws' | 'digitalocean' | 'generic';

export const PROVIDERS = ['aws', 'digitalocean', 'generic'] as const satisfies readonly Provider[];

export interface ClusterProps {
  readonly provider: Provider;

  /** The minor version that the cluster runs; the output is checked against its schemas. */
  readonly kubernetes: KubernetesVersion;

  /**
   * The provider's name of the region.
   * @default - none
   */
  readonly region?: string;

  /**
   * The zones that nodes stand in. Fewer than two: pods are spread over hosts only.
   * @default - none
   */
  readonly zones?: readonly string[];

  /**
   * The repository that Flux follows for this cluster.
   * @default - none; the output is complete, but nothing starts Flux
   */
  readonly git?: GitProps;

  /**
   * Whether Keelson installs the operators that services need, or finds them there.
   * @default 'install'
   */
  readonly operators?: 'install' | 'present';

  /** What the cluster's network has that policies must name. */
  readonly network?: NetworkProps;

  /**
   * Where all images are pulled from instead: `<mirror>/<registry>/<repository>`. docs/images.md says what
   * must stand there.
   * @default - none: every image comes from its own registry
   */
  readonly registryMirror?: string;

  /**
   * The switches of what the cluster's environments share.
   * @default - those of the environments, where they agree
   */
  readonly shared?: SharedProps;
}

export interface GitProps {
  readonly url: `https://${string}` | `ssh://${string}`;

  readonly branch: string;

  /**
   * Where the cluster's tree is in the repository.
   * @default 'dist/<platform>/<cluster>'
   */
  readonly path?: string;

  /**
   * The Secret in `flux-system` with the deploy key or token.
   * @default - none: everybody may read the repository
   */
  readonly secret?: string;
}

export interface NetworkProps {
  /**
   * Where pods reach the API server.
   * @default - any address, on port 443
   */
  readonly apiServer?: { readonly cidrs: readonly [string, ...string[]]; readonly port: number };

  /**
   * Where pods exchange their token for a cloud role.
   * @default - any address: the provider's token service has no fixed one
   */
  readonly cloudLogin?: { readonly cidrs: readonly [string, ...string[]] };

  /**
   * The pods that scrape.
   * @default - those labelled `app.kubernetes.io/name: prometheus` in the namespace `monitoring`
   */
  readonly prometheus?: {
    readonly namespace: string;
    readonly labels: Readonly<Record<string, string>>;
  };
}

/** A cluster as services see it: plain data. */
export interface ClusterFacts {
  readonly name: string;
  readonly provider: Provider;
  readonly kubernetes: KubernetesVersion;
  readonly region: string | undefined;
  readonly zones: readonly string[];
  readonly git: GitProps | undefined;
  readonly operators: 'install' | 'present';
  readonly network: Required<NetworkProps>;
  readonly registryMirror: string | undefined;
}

const ANYWHERE = ['0.0.0.0/0', '::/0'] as const;

const NETWORK: Required<NetworkProps> = {
  apiServer: { cidrs: ANYWHERE, port: 443 },
  cloudLogin: { cidrs: ANYWHERE },
  prometheus: {
    namespace: 'monitoring',
    labels: { 'app.kubernetes.io/name': 'prometheus' },
  },
};

export function clusterFacts(name: string, props: ClusterProps): ClusterFacts {
  const { provider, kubernetes, region, zones = [], git, operators = 'install' } = props;
  const { registryMirror } = props;
  const network = { ...NETWORK, ...props.network };
  return { name, provider, kubernetes, region, zones, git, operators, network, registryMirror };
}

/** DigitalOcean labels its nodes with a region only, so there is no zone to spread over. */
export function spreadsOverZones(cluster: ClusterFacts): boolean {
  return cluster.provider !== 'digitalocean' && cluster.zones.length > 1;
}
