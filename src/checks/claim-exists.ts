import type { ObjectIndex } from './index-of-objects.ts';
import { couldMake } from './makers.ts';
import { nearest } from './nearest.ts';
import { type Fields, itemsIn, textIn } from './read.ts';
import { defineRule } from './rule.ts';

export const claimExists = defineRule('claim-exists', {
  about: 'a pod with a volume whose PersistentVolumeClaim does not exist',
  of: (objects) => objects.workloads.filter((entry) => claimsOf(objects.specOf(entry)).length > 0),
  *judge(entry, objects) {
    const { kind, metadata } = entry.object;
    const { namespace } = metadata;
    for (const name of claimsOf(objects.specOf(entry))) {
      if (objects.find('/PersistentVolumeClaim', namespace, name).length > 0) continue;
      if (comesOfTemplate(objects, namespace, name) || couldMake(objects, namespace, name))
        continue;
      const known = objects.in(namespace, '/PersistentVolumeClaim');
      yield {
        message: `${kind} '${metadata.name}' mounts PersistentVolumeClaim '${name}', which is not in '${namespace}'`,
        hint: nearest(
          'claims',
          name,
          known.map(({ object }) => object.metadata.name),
        ),
      };
    }
  },
});

function claimsOf(spec: Fields): readonly string[] {
  return itemsIn(spec, 'volumes').flatMap(
    (volume) => textIn(volume, 'persistentVolumeClaim', 'claimName') ?? [],
  );
}

/** A StatefulSet makes `<template>-<its name>-<number>`. */
function comesOfTemplate(
  objects: ObjectIndex,
  namespace: string | undefined,
  name: string,
): boolean {
  return objects.in(namespace, 'apps/StatefulSet').some(({ object }) =>
    itemsIn(object, 'spec', 'volumeClaimTemplates').some((template) => {
      const begins = `${textIn(template, 'metadata', 'name')}-${object.metadata.name}-`;
      return name.startsWith(begins) && /^\d+$/.test(name.slice(begins.length));
    }),
  );
}
