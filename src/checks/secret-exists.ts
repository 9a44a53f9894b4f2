import type { Entry } from '../core/model.ts';
import { kindOf, type ObjectIndex } from './index-of-objects.ts';
import { couldMake } from './makers.ts';
import { missing } from './missing.ts';
import { itemsIn, textIn } from './read.ts';
import { type Reference, secretReferences } from './references.ts';
import { defineRule } from './rule.ts';
import { secretsIn } from './stock-of-secrets.ts';

export const secretExists = defineRule('secret-exists', {
  about: 'a pod or a route that needs a Secret, or a key of one, that nobody declares or makes',
  of: (objects) =>
    [...objects.workloads, ...objects.of(...ROUTES)].filter(
      (entry) => referencesOf(entry, objects).length > 0,
    ),
  judge(entry, objects, { model }) {
    const { namespace } = entry.object.metadata;
    const stock = secretsIn(model, objects, namespace);
    const asked = referencesOf(entry, objects).filter(
      ({ name }) => stock.has(name) || !couldMake(objects, namespace, name),
    );
    return missing('Secret', asked, stock);
  },
});

const ROUTES = [
  'networking.k8s.io/Ingress',
  'traefik.io/IngressRoute',
  'traefik.io/IngressRouteTCP',
];

function referencesOf(entry: Entry, objects: ObjectIndex): readonly Reference[] {
  const { object } = entry;
  if (!ROUTES.includes(kindOf(object.apiVersion, object.kind))) {
    return secretReferences(objects.specOf(entry));
  }
  const names = [
    ...itemsIn(object, 'spec', 'tls').map((each) => textIn(each, 'secretName')),
    textIn(object, 'spec', 'tls', 'secretName'),
  ];
  const from = `'spec.tls' of ${object.kind} '${object.metadata.name}'`;
  return names.flatMap((name) => (name === undefined ? [] : [{ name, key: undefined, from }]));
}
