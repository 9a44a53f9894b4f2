import type { Entry, KubeObject, Model } from '../core/model.ts';
import { kindOf, type ObjectIndex } from './index-of-objects.ts';
import type { Stock } from './missing.ts';
import { fieldsIn, itemsIn, textIn, valueIn } from './read.ts';

/** A Secret that there will be, and its keys where they are known. */
interface Known {
  readonly name: string;
  readonly keys: readonly string[] | undefined;
}

const stocks = new WeakMap<Model, ReadonlyMap<string | undefined, Stock>>();

/** The Secrets of a namespace: declared, sealed, fetched, issued or written out. */
export function secretsIn(
  model: Model,
  objects: ObjectIndex,
  namespace: string | undefined,
): Stock {
  const known = stocks.get(model) ?? stockByNamespace(model, objects);
  stocks.set(model, known);
  return known.get(namespace) ?? new Map();
}

function stockByNamespace(model: Model, { of }: ObjectIndex): Map<string | undefined, Stock> {
  const stock = new Map<string | undefined, Map<string, Set<string> | undefined>>();
  const add = (namespace: string | undefined, { keys, name }: Known): void => {
    const here = stock.get(namespace) ?? new Map<string, Set<string> | undefined>();
    const before = here.has(name) ? here.get(name) : new Set<string>();
    here.set(name, keys && before && new Set([...before, ...keys]));
    stock.set(namespace, here);
  };
  for (const { keys, name, origin } of model.secrets) {
    add(origin.namespace, { name, keys: Object.keys(keys) });
  }
  for (const entry of of(...MADE_BY.keys())) {
    for (const known of madeBy(entry)) add(entry.object.metadata.namespace, known);
  }
  return stock;
}

const madeBy = ({ object }: Entry): readonly Known[] =>
  MADE_BY.get(kindOf(object.apiVersion, object.kind))?.(object) ?? [];

/** The Secrets that come of one object, by its kind. */
const MADE_BY: ReadonlyMap<string, (object: KubeObject) => readonly Known[]> = new Map([
  ['/Secret', plain],
  ['bitnami.com/SealedSecret', sealed],
  ['external-secrets.io/ExternalSecret', external],
  ['cert-manager.io/Certificate', issued],
  ['networking.k8s.io/Ingress', issuedForIngress],
]);

function plain(object: KubeObject): readonly Known[] {
  const { name } = object.metadata;
  const filled = object['type'] === 'kubernetes.io/service-account-token'; // by the control plane
  const keys = [fieldsIn(object, 'data'), fieldsIn(object, 'stringData')].flatMap(Object.keys);
  return [{ name, keys: filled ? undefined : keys }];
}

function sealed(object: KubeObject): readonly Known[] {
  const name = textIn(object, 'spec', 'template', 'metadata', 'name') ?? object.metadata.name;
  const sources = [['encryptedData'], ['template', 'data']];
  return [
    { name, keys: sources.flatMap((path) => Object.keys(fieldsIn(object, 'spec', ...path))) },
  ];
}

function external(object: KubeObject): readonly Known[] {
  const name = textIn(object, 'spec', 'target', 'name') ?? object.metadata.name;
  const made = Object.keys(fieldsIn(object, 'spec', 'target', 'template', 'data'));
  const fetched = itemsIn(object, 'spec', 'data').map((each) => textIn(each, 'secretKey') ?? '');
  const open =
    itemsIn(object, 'spec', 'dataFrom').length > 0 ||
    valueIn(object, 'spec', 'target', 'template', 'templateFrom') !== undefined;
  const merged = textIn(object, 'spec', 'target', 'template', 'mergePolicy') === 'Merge';
  if (made.length > 0)
    return [{ name, keys: merged ? (open ? undefined : [...made, ...fetched]) : made }];
  return [{ name, keys: open ? undefined : fetched }];
}

const CERTIFICATE = ['ca.crt', 'tls.crt', 'tls.key'];

function issued(object: KubeObject): readonly Known[] {
  const name = textIn(object, 'spec', 'secretName');
  const more =
    valueIn(object, 'spec', 'keystores') ?? valueIn(object, 'spec', 'additionalOutputFormats');
  return name === undefined ? [] : [{ name, keys: more === undefined ? CERTIFICATE : undefined }];
}

/** cert-manager writes the Secrets of an Ingress that carries its annotation. */
function issuedForIngress(object: KubeObject): readonly Known[] {
  const notes = Object.keys(object.metadata.annotations ?? {});
  if (!notes.some((note) => /^cert-manager\.io\/(cluster-)?issuer$/.test(note))) return [];
  return itemsIn(object, 'spec', 'tls').flatMap((tls) => {
    const name = textIn(tls, 'secretName');
    return name === undefined ? [] : [{ name, keys: CERTIFICATE }];
  });
}
