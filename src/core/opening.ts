import { Construct, type IConstruct } from 'constructs';
import type { Peer } from './model.ts';
import type { Service } from './service.ts';

export interface OpeningProps {
  readonly direction: 'in' | 'out';
  readonly peers: readonly Peer[];
  readonly ports: readonly number[];
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
    super(service, `opens-${name}`);
    this.service = service;
    this.name = name;
    this.props = props;
  }

  static isNetworkOpening(construct: IConstruct): construct is NetworkOpening {
    return construct instanceof NetworkOpening;
  }
}
