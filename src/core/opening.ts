import { Construct, type IConstruct } from 'constructs';
import { isCidr } from './address.ts';
import { KeelsonError } from './errors.ts';
import type { Peer } from './model.ts';
import type { Service } from './service.ts';

export interface OpeningProps {
  readonly direction: 'in' | 'out';
  /** Never empty: a policy without peers would let everybody through. */
  readonly peers: readonly [Peer, ...Peer[]];
  readonly ports: readonly [number, ...number[]];
  /** @default - the service's own pods */
  readonly labels?: Readonly<Record<string, string>>;
}

/**
 * A hole in the default-deny that no connection explains: scraping, an ingress controller, peers of
 * one service, an operator, the API server. Each has a name, so that the policy says why it is there.
 */
export class NetworkOpening extends Construct {
  readonly service: Service;
  readonly name: string;
  readonly props: OpeningProps;

  constructor(service: Service, name: string, props: OpeningProps) {
    super(service, `${props.direction}-${name}`);
    requirePeers(service, name, props);
    this.service = service;
    this.name = name;
    this.props = props;
  }

  static isNetworkOpening(construct: IConstruct): construct is NetworkOpening {
    return construct instanceof NetworkOpening;
  }
}

function requirePeers(service: Service, name: string, { peers, ports }: OpeningProps): void {
  const wrong = peers.find(({ cidr, labels, namespace }) =>
    cidr === undefined ? labels === undefined && namespace === undefined : !isCidr(cidr),
  );
  if (peers.length > 0 && ports.length > 0 && wrong === undefined) return;
  throw new KeelsonError(service, 'network/open-to-everybody', {
    message: `the opening '${name}' has ${wrong ? `the peer ${JSON.stringify(wrong)}` : 'no peers or no ports'}`,
    hint: "a policy with an empty list lets everybody through; name pods by 'labels' and 'namespace', or addresses by 'cidr'",
  });
}
