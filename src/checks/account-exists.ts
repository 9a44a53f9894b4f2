import type { Entry } from '../core/model.ts';
import type { ObjectIndex } from './index-of-objects.ts';
import { couldMake } from './makers.ts';
import { nearest } from './nearest.ts';
import { itemsIn, textIn } from './read.ts';
import { defineRule } from './rule.ts';

const BINDINGS = [
  'rbac.authorization.k8s.io/RoleBinding',
  'rbac.authorization.k8s.io/ClusterRoleBinding',
];

export const accountExists = defineRule('account-exists', {
  about: 'a pod or a binding that names a ServiceAccount that does not exist',
  of: (objects) =>
    [...objects.workloads, ...objects.of(...BINDINGS)].filter(
      (entry) => accountsOf(entry, objects).length > 0,
    ),
  *judge(entry, objects) {
    const { kind, metadata } = entry.object;
    for (const { name, namespace } of accountsOf(entry, objects)) {
      if (objects.find('/ServiceAccount', namespace, name).length > 0) continue;
      if (!objects.holds(namespace) || couldMake(objects, namespace, name)) continue;
      const known = objects
        .in(namespace, '/ServiceAccount')
        .map(({ object }) => object.metadata.name);
      yield {
        message: `${kind} '${metadata.name}' names ServiceAccount '${name}', which is not in '${namespace}'`,
        hint: nearest('ServiceAccounts', name, known),
      };
    }
  },
});

interface Account {
  readonly name: string;
  readonly namespace: string | undefined;
}

/** Every namespace has an account 'default'. */
function accountsOf(entry: Entry, objects: ObjectIndex): readonly Account[] {
  const { namespace } = entry.object.metadata;
  const spec = objects.specOf(entry);
  const runsAs = textIn(spec, 'serviceAccountName') ?? textIn(spec, 'serviceAccount');
  const subjects = itemsIn(entry.object, 'subjects').filter(
    ({ kind }) => kind === 'ServiceAccount',
  );
  const bound = subjects.map((each) => ({
    name: textIn(each, 'name'),
    namespace: textIn(each, 'namespace') ?? namespace,
  }));
  return [{ name: runsAs, namespace }, ...bound].filter(
    (each): each is Account => each.name !== undefined && each.name !== 'default',
  );
}
