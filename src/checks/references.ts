import { containersOf } from './pods.ts';
import { type Fields, fieldsIn, itemsIn, textIn } from './read.ts';

/** A ConfigMap or Secret that pods cannot start without. */
export interface Reference {
  readonly name: string;
  /** The key that is asked for; undefined: all of them, whichever they are. */
  readonly key: string | undefined;
  /** Who asks: "env 'CACHE_PASSWORD' of container 'web'". */
  readonly from: string;
}

/** How pods write down what they need of one kind. */
interface Words {
  readonly keyRef: string;
  readonly allRef: string;
  readonly volume: string;
  readonly volumeName: string;
}

const CONFIG: Words = {
  keyRef: 'configMapKeyRef',
  allRef: 'configMapRef',
  volume: 'configMap',
  volumeName: 'name',
};

const SECRET: Words = {
  keyRef: 'secretKeyRef',
  allRef: 'secretRef',
  volume: 'secret',
  volumeName: 'secretName',
};

export const configReferences = (spec: Fields): readonly Reference[] => references(spec, CONFIG);

export function secretReferences(spec: Fields): readonly Reference[] {
  const pulls = itemsIn(spec, 'imagePullSecrets').flatMap((each) =>
    asked(each, 'name', undefined, "'imagePullSecrets'"),
  );
  return [...references(spec, SECRET), ...pulls];
}

function references(spec: Fields, words: Words): readonly Reference[] {
  const volumes = itemsIn(spec, 'volumes');
  return [
    ...containersOf(spec).flatMap(({ called, fields }) => envReferences(fields, called, words)),
    ...volumes.flatMap((volume) => volumeReferences(volume, spec, words)),
  ];
}

function envReferences(container: Fields, called: string, words: Words): Reference[] {
  const single = itemsIn(container, 'env').flatMap((variable) => {
    const ref = fieldsIn(variable, 'valueFrom', words.keyRef);
    return asked(ref, 'name', textIn(ref, 'key'), `env '${String(variable['name'])}' of ${called}`);
  });
  const all = itemsIn(container, 'envFrom').flatMap((source) =>
    asked(fieldsIn(source, words.allRef), 'name', undefined, `'envFrom' of ${called}`),
  );
  return [...single, ...all];
}

function volumeReferences(volume: Fields, spec: Fields, words: Words): Reference[] {
  const from = `volume '${String(volume['name'])}'`;
  const own = fieldsIn(volume, words.volume);
  const sources = itemsIn(volume, 'projected', 'sources').map((each) =>
    fieldsIn(each, words.volume),
  );
  return [
    ...keysOf(own, mountedKeys(spec, volume)).flatMap((key) =>
      asked(own, words.volumeName, key, from),
    ),
    ...sources.flatMap((source) =>
      keysOf(source).flatMap((key) => asked(source, 'name', key, from)),
    ),
  ];
}

/** The keys that a volume names; without any it holds them all. */
function keysOf(source: Fields, mounted: readonly string[] = []): readonly (string | undefined)[] {
  const named = itemsIn(source, 'items').map((item) => textIn(item, 'key'));
  if (named.length > 0) return named;
  return mounted.length > 0 ? mounted : [undefined];
}

/** Keys that are mounted alone: one that is not there becomes an empty folder. */
function mountedKeys(spec: Fields, volume: Fields): readonly string[] {
  const mounts = containersOf(spec).flatMap(({ fields }) => itemsIn(fields, 'volumeMounts'));
  const keys = mounts.flatMap((mount) =>
    mount['name'] === volume['name'] ? (textIn(mount, 'subPath') ?? []) : [],
  );
  return [...new Set(keys)];
}

function asked(ref: Fields, field: string, key: string | undefined, from: string): Reference[] {
  const name = textIn(ref, field);
  return name === undefined || ref['optional'] === true ? [] : [{ name, key, from }];
}
