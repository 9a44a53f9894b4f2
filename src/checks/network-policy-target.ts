import { couldMakePods } from './makers.ts';
import { fieldsIn } from './read.ts';
import { defineRule } from './rule.ts';
import { selected, selectorText, wantedBy } from './selector.ts';

export const networkPolicyTarget = defineRule('network-policy-target', {
  about: 'a NetworkPolicy for pods that do not exist',
  of: (objects) =>
    objects
      .of('networking.k8s.io/NetworkPolicy')
      .filter(({ object }) => Object.keys(fieldsIn(object, 'spec', 'podSelector')).length > 0),
  *judge(entry, objects) {
    const { name, namespace } = entry.object.metadata;
    const wanted = wantedBy(fieldsIn(entry.object, 'spec', 'podSelector'));
    if (selected(objects, namespace, wanted).length > 0) return;
    if (couldMakePods(objects, entry, namespace, wanted)) return;
    yield {
      severity: 'warning',
      message: `NetworkPolicy '${name}' selects no pods: none in '${namespace}' has ${selectorText(wanted)}`,
      hint: 'it opens and closes nothing; give it the labels of a pod template',
    };
  },
});
