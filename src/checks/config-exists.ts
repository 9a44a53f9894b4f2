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

function stockOf(objects: ObjectIndex, namespace: string | undefined): Stock {
  const configs = objects.in(namespace, '/ConfigMap').map(({ object }) => object);
  return new Map(
    configs.map((object) => {
      const keys = [fieldsIn(object, 'data'), fieldsIn(object, 'binaryData')].flatMap(Object.keys);
      return [object.metadata.name, new Set(keys)];
    }),
  );
}
