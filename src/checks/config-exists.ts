import type { ObjectIndex } from './index-of-objects.ts';
import { couldMake } from './makers.ts';
import { missing, type Stock } from './missing.ts';
import { fieldsIn } from './read.ts';
import { configReferences } from './references.ts';
import { defineRule } from './rule.ts';

/** Kubernetes and Istio write these into every namespace. */
const EVERYWHERE = ['kube-root-ca.crt', 'istio-ca-root-cert'];

export const configExists = defineRule('config-exists', {
  about: 'a pod that needs a ConfigMap, or a key of one, that does not exist',
  of: (objects) =>
    objects.workloads.filter((entry) => configReferences(objects.specOf(entry)).length > 0),
  judge(entry, objects) {
    const { namespace } = entry.object.metadata;
    const stock = stockOf(objects, namespace);
    const asked = configReferences(objects.specOf(entry)).filter(
      ({ name }) =>
        stock.has(name) || !(EVERYWHERE.includes(name) || couldMake(objects, namespace, name)),
    );
    return missing('ConfigMap', asked, stock);
  },
});

const stocks = new WeakMap<ObjectIndex, Map<string | undefined, Stock>>();

function stockOf(objects: ObjectIndex, namespace: string | undefined): Stock {
  const here = stocks.get(objects) ?? new Map<string | undefined, Stock>();
  const stock = here.get(namespace) ?? configsIn(objects, namespace);
  stocks.set(objects, here.set(namespace, stock));
  return stock;
}

function configsIn(objects: ObjectIndex, namespace: string | undefined): Stock {
  return new Map(
    objects.in(namespace, '/ConfigMap').map(({ object }) => {
      const keys = [fieldsIn(object, 'data'), fieldsIn(object, 'binaryData')].flatMap(Object.keys);
      return [object.metadata.name, new Set(keys)];
    }),
  );
}
