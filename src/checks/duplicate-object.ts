import { kindOf } from './index-of-objects.ts';
import { defineRule } from './rule.ts';

export const duplicateObject = defineRule('duplicate-object', {
  about: 'two objects that are one to the cluster: the later one would overwrite the other',
  of: ({ all }) => all,
  *judge(entry, objects) {
    const { apiVersion, kind, metadata } = entry.object;
    const { name, namespace } = metadata;
    const same = objects.find(kindOf(apiVersion, kind), namespace, name);
    const [first] = same;
    if (!first || first === entry) return;
    const where = namespace === undefined ? '' : ` in namespace '${namespace}'`;
    yield {
      message: `${kind} '${name}'${where} is also made by ${first.origin.path}`,
      hint: 'rename one of the two, or make it once and share it',
    };
  },
});
