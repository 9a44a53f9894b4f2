import { Construct, type IConstruct } from 'constructs';
import { placeOf } from './place.ts';
import type { Service } from './service.ts';

/** A proxy passes TLS on: clients know a service by the proxy's name, and its certificate has to say it. */
export class ServedName extends Construct {
  /** The same name, as every namespace says it. */
  readonly names: readonly string[];

  constructor(owner: Service, proxy: Service) {
    super(owner, idOf(proxy));
    const { name } = proxy;
    const { namespace } = placeOf(proxy);
    const there = `${name}.${namespace}`;
    this.names =
      namespace === undefined
        ? [name]
        : [name, there, `${there}.svc`, `${there}.svc.cluster.local`];
  }

  static isServedName(construct: IConstruct): construct is ServedName {
    return construct instanceof ServedName;
  }

  /** Of all proxies before a service, in order and each once. */
  static of(owner: Service): string[] {
    const all = owner.node.children.filter((child) => ServedName.isServedName(child));
    return [...new Set(all.flatMap(({ names }) => names))].sort();
  }
}

/** Says that clients reach a service by a proxy's name. */
export function servedBy(owner: Service | undefined, proxy: Service): void {
  if (owner && !owner.node.tryFindChild(idOf(proxy))) new ServedName(owner, proxy);
}

const idOf = (proxy: Service): string => `served-by-${proxy.node.addr}`;
