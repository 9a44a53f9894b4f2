import { kindOf } from './index-of-objects.ts';
import { couldMake } from './makers.ts';
import { textIn } from './read.ts';
import { defineRule } from './rule.ts';

export const scaleTarget = defineRule('scale-target', {
  about: 'an autoscaler of something that does not exist',
  of: (objects) => objects.of('autoscaling/HorizontalPodAutoscaler'),
  *judge({ object }, objects) {
    const { name: own, namespace } = object.metadata;
    const apiVersion = textIn(object, 'spec', 'scaleTargetRef', 'apiVersion') ?? '';
    const kind = textIn(object, 'spec', 'scaleTargetRef', 'kind') ?? '';
    const name = textIn(object, 'spec', 'scaleTargetRef', 'name') ?? '';
    if (objects.find(kindOf(apiVersion, kind), namespace, name).length > 0) return;
    if (couldMake(objects, namespace, name)) return;
    const alike = objects.workloads
      .map((each) => each.object)
      .filter(({ metadata }) => metadata.name === name && metadata.namespace === namespace);
    const named = alike.map((each) => `a ${each.kind} of '${each.apiVersion}'`).join(', ');
    yield {
      message: `'${own}' scales ${kind} '${name}' of '${apiVersion}', which is not in '${namespace}'`,
      hint: named
        ? `there is ${named}`
        : "'spec.scaleTargetRef' takes version, kind and name as the object has them",
    };
  },
});
