import type { ObjectIndex } from './index-of-objects.ts';
import { couldMakePods } from './makers.ts';
import { containersOf, type Pods } from './pods.ts';
import { type Fields, fieldsIn, itemsIn } from './read.ts';
import { defineRule, type Fault } from './rule.ts';
import { selected, selectorText, wantedLabels } from './selector.ts';

export const serviceTarget = defineRule('service-target', {
  about: 'a Service without pods behind it, or with a port that they do not have',
  of: (objects) =>
    objects.of('/Service').filter(({ object }) => Object.keys(selectorOf(object)).length > 0),
  *judge(entry, objects) {
    const { object } = entry;
    const { namespace } = object.metadata;
    const wanted = wantedLabels(selectorOf(object));
    const pods = selected(objects, namespace, wanted);
    if (pods.length > 0) {
      for (const port of itemsIn(object, 'spec', 'ports')) yield* portFaults(port, pods);
    } else if (!couldMakePods(objects, entry, namespace, wanted)) {
      yield {
        message: `Service '${object.metadata.name}' selects no pods: none in '${namespace}' has ${selectorText(wanted)}`,
        hint: hintFor(objects, namespace),
      };
    }
  },
});

const selectorOf = (object: unknown): Fields => fieldsIn(object, 'spec', 'selector');

/** A number need not be declared by a container to work; where others are, it was probably forgotten. */
function* portFaults(port: Fields, pods: readonly Pods[]): Iterable<Fault> {
  const { port: number, protocol = 'TCP', targetPort = number } = port;
  for (const { entry, spec } of pods) {
    const declared = containersOf(spec)
      .flatMap(({ fields }) => itemsIn(fields, 'ports'))
      .filter((each) => (each['protocol'] ?? 'TCP') === protocol);
    const there = declared.some(({ containerPort, name }) =>
      typeof targetPort === 'number' ? containerPort === targetPort : name === targetPort,
    );
    if (there || (typeof targetPort === 'number' && declared.length === 0)) continue;
    const { kind, metadata } = entry.object;
    const known = declared.map(({ containerPort, name }) =>
      name === undefined ? String(containerPort) : `${String(name)} (${String(containerPort)})`,
    );
    yield {
      severity: typeof targetPort === 'number' ? 'warning' : 'error',
      message: `port ${String(number)} leads to '${String(targetPort)}', which no container of ${kind} '${metadata.name}' has`,
      hint: `its ${String(protocol)} ports: ${known.join(', ') || 'none'}`,
    };
  }
}

function hintFor(objects: ObjectIndex, namespace: string | undefined): string {
  const there = objects.podsIn(namespace, new Map()).map(({ entry }) => entry.object);
  if (there.length === 0) return 'nothing runs in that namespace';
  const names = there.map(({ kind, metadata }) => `${kind} '${metadata.name}'`);
  return `compare with the pod labels of ${there.length > 8 ? 'what runs there' : names.join(', ')}`;
}
