import { ApiObject } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { BackedUp } from './backed-up.ts';
import { Connection } from './connection.ts';
import { KeelsonError } from './errors.ts';
import { ImageUse } from './image.ts';
import { labelValue } from './labels.ts';
import { takeRefusal } from './late.ts';
import { Layer, Step } from './layer.ts';
import type {
  End,
  Entry,
  ImageFacts,
  Link,
  Model,
  NeedFacts,
  Opening,
  Origin,
  SecretFacts,
  ServiceFacts,
} from './model.ts';
import { NetworkOpening } from './opening.ts';
import { Need } from './operator.ts';
import { placeOf } from './place.ts';
import { plainObject } from './plain-object.ts';
import type { ComposedCluster } from './platform.ts';
import { SecretDeclaration } from './secret.ts';
import { Service } from './service.ts';

/** Reads a composed tree into plain data. After this nobody sees a construct. */
export function collect({ cluster, environments, root }: ComposedCluster): Model {
  const all = root.node.findAll();
  const services = all.filter((each) => Service.isService(each));
  requireOwnNames(services);
  return {
    platform: environments[0]?.platform ?? '',
    cluster,
    environments,
    services: services.map(serviceFacts),
    entries: all.filter((each) => ApiObject.isApiObject(each)).map(entryOf),
    links: all.filter((each) => Connection.isConnection(each)).map(linkOf),
    openings: all.filter((each) => NetworkOpening.isNetworkOpening(each)).map(openingOf),
    needs: all.filter((each) => Need.isNeed(each)).map(needFacts),
    secrets: secretsOf(all),
    images: all.filter((each) => ImageUse.isImageUse(each)).map(imageFacts),
  };
}

/** Objects and DNS names follow from a service's name, so a namespace holds each once. */
function requireOwnNames(services: readonly Service[]): void {
  const known = new Map<string, Service>();
  for (const service of services) {
    const { environment, namespace } = placeOf(service);
    const key = `${environment} ${namespace} ${service.name}`;
    const other = known.get(key);
    if (other) {
      throw new KeelsonError(service, 'service/name-twice', {
        message: `service '${service.name}' has the name of '${other.node.path}', in the same namespace`,
        hint: 'give one of them another id',
      });
    }
    known.set(key, service);
  }
}

/** One object and where it stands. */
export function entryOf(construct: ApiObject): Entry {
  try {
    return { origin: originOf(construct), object: plainObject(construct) };
  } catch (cause) {
    const refused = takeRefusal() ?? cause;
    if (refused instanceof KeelsonError) throw refused;
    throw new KeelsonError(construct, 'object/cannot-resolve', {
      message: `the ${construct.kind} cannot be turned into plain data: ${(cause as Error).message}`,
      hint: 'an object holds strings, numbers, booleans, lists and maps only',
      cause,
    });
  }
}

function serviceFacts(service: Service): ServiceFacts {
  return {
    origin: originOf(service),
    kind: service.constructor.name,
    selector: service.selector,
    stateful: service.stateful !== undefined,
    backup: BackedUp.of(service),
    retire: service.stateful?.retire ?? false,
    ...(service.availability && { availability: service.availability }),
  };
}

function linkOf({ access, alias, client, credential, host, values }: Connection): Link {
  const { endpoint, right } = access;
  const grantor = access.grantor ?? endpoint.owner;
  return {
    alias,
    right,
    soft: access.soft ?? false,
    protocol: endpoint.protocol,
    host,
    port: endpoint.port,
    values,
    client: endOf(client),
    owner: endpoint.owner && {
      origin: originOf(endpoint.owner),
      pods: endpoint.pods ?? [{ labels: endpoint.owner.podLabels, ports: [endpoint.port] }],
    },
    cidrs: endpoint.cidrs,
    grantor: grantor && originOf(grantor),
    secrets: Object.values(credential?.keys ?? {}),
  };
}

function openingOf({ name, props, service }: NetworkOpening): Opening {
  const { direction, labels, peers, ports } = props;
  return { name, direction, peers, ports, at: endOf(service, labels) };
}

function endOf(service: Service, labels?: Readonly<Record<string, string>>): End {
  return { origin: originOf(service), labels: labels ?? service.podLabels };
}

function needFacts({ node, operator }: Need): NeedFacts {
  return { origin: originOf(node.scope as IConstruct), operator: operator.name };
}

/** What services declare, and the copies for clients in other namespaces. */
function secretsOf(all: readonly IConstruct[]): SecretFacts[] {
  const declared = all
    .filter((each) => SecretDeclaration.isSecretDeclaration(each))
    .map(secretFacts);
  const carried = all
    .filter((each) => Connection.isConnection(each))
    .flatMap(carriedFacts(declared));
  return [...declared, ...mergedCopies(carried)];
}

function secretFacts(secret: SecretDeclaration): SecretFacts {
  const { keys, labels, name, type } = secret;
  return { origin: originOf(secret), name, keys, labels, ...(type !== undefined && { type }) };
}

/** Nothing for a Secret that nobody declares: a rule says so where the client asks for it. */
const carriedFacts =
  (declared: readonly SecretFacts[]) =>
  ({ access, carried, client }: Connection): SecretFacts[] => {
    const owner = access.grantor ?? access.endpoint.owner;
    const there = owner && originOf(owner);
    return carried.flatMap(({ from, to }) => {
      const copyOf = declared.find(
        ({ name, origin }) =>
          name === from.secret &&
          origin.environment === there?.environment &&
          origin.namespace === there.namespace,
      );
      const source = copyOf?.keys[from.key];
      if (!copyOf || !source) return [];
      return [{ origin: originOf(client), name: to.secret, keys: { [to.key]: source }, copyOf }];
    });
  };

/** One copy for each client and Secret, with every key that the client uses. */
function mergedCopies(copies: readonly SecretFacts[]): SecretFacts[] {
  const merged = new Map<string, SecretFacts>();
  for (const copy of copies) {
    const id = `${copy.origin.path} ${copy.name}`;
    merged.set(id, { ...copy, keys: { ...merged.get(id)?.keys, ...copy.keys } });
  }
  return [...merged.values()];
}

function imageFacts({ locked, name, node, policy, reference }: ImageUse): ImageFacts {
  return { origin: originOf(node.scope as IConstruct), name, reference, policy, locked };
}

function originOf(construct: IConstruct): Origin {
  const { scopes } = construct.node;
  const layer = Layer.around(construct);
  const step = Step.around(construct);
  const below = layer && scopes[scopes.indexOf(layer) + 1];
  const { environment, namespace, podSecurity } = placeOf(construct);
  const service = Service.around(construct);
  const name = service?.name ?? below?.node.id ?? '';
  return {
    environment,
    layer: step ? `${layer?.name}-${step}` : (layer?.name ?? ''),
    service: name,
    namespace,
    podSecurity,
    labels: service?.selector ?? { 'app.kubernetes.io/name': labelValue(name) },
    path: construct.node.path,
  };
}
