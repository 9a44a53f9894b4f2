import type { Entry } from '../core/model.ts';
import { backendsOf, ROUTES } from './backends.ts';
import type { ObjectIndex } from './index-of-objects.ts';
import { couldMake } from './makers.ts';
import { nearest } from './nearest.ts';
import { itemsIn } from './read.ts';
import { defineRule } from './rule.ts';

export const routeTarget = defineRule('route-target', {
  about: 'a route to a Service that does not exist, or to a port that it does not have',
  of: (objects) => objects.of(...ROUTES).filter((entry) => backendsOf(entry).length > 0),
  *judge(entry, objects) {
    const { kind, metadata } = entry.object;
    const told = new Set<string>();
    for (const { name, namespace, port } of backendsOf(entry)) {
      const subject = `${namespace} ${name} ${String(port)}`;
      if (told.has(subject)) continue;
      told.add(subject);
      const [service] = objects.find('/Service', namespace, name);
      if (!service) {
        if (!objects.holds(namespace) || couldMake(objects, namespace, name)) continue;
        yield {
          message: `${kind} '${metadata.name}' leads to Service '${name}', which is not in '${namespace}'`,
          hint: nearest('Services', name, servicesIn(objects, namespace)),
        };
      } else if (port !== undefined && !portsOf(service).includes(String(port))) {
        yield {
          message: `${kind} '${metadata.name}' leads to port '${String(port)}' of Service '${name}', which has none such`,
          hint: nearest('ports', String(port), portsOf(service)),
        };
      }
    }
  },
});

function servicesIn(objects: ObjectIndex, namespace: string | undefined): readonly string[] {
  return objects.in(namespace, '/Service').map(({ object }) => object.metadata.name);
}

/** Names and numbers alike: a route may use either. */
function portsOf({ object }: Entry): readonly string[] {
  return itemsIn(object, 'spec', 'ports').flatMap(({ name, port }) =>
    [port, name].filter((each) => each !== undefined).map(String),
  );
}
