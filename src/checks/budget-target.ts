import type { Entry } from '../core/model.ts';
import type { ObjectIndex } from './index-of-objects.ts';
import { couldMakePods } from './makers.ts';
import type { Pods } from './pods.ts';
import { fieldsIn, valueIn } from './read.ts';
import { defineRule } from './rule.ts';
import { selected, selectorText, wantedBy } from './selector.ts';
import { strictInProduction } from './severity.ts';

export const budgetTarget = defineRule('budget-target', {
  about: 'a PodDisruptionBudget without pods, or one that lets no node be drained',
  of: (objects) => objects.of('policy/PodDisruptionBudget'),
  *judge(entry, objects, { model }) {
    const { name, namespace } = entry.object.metadata;
    const wanted = wantedBy(fieldsIn(entry.object, 'spec', 'selector'));
    const pods = selected(objects, namespace, wanted);
    if (pods.length === 0) {
      if (couldMakePods(objects, entry, namespace, wanted)) return;
      yield {
        message: `PodDisruptionBudget '${name}' selects no pods: none in '${namespace}' has ${selectorText(wanted)}`,
        hint: 'it protects nothing; give it the labels of a pod template',
      };
      return;
    }
    const reason = blocks(entry, replicasOf(pods, objects));
    if (reason === undefined) return;
    yield {
      severity: strictInProduction(entry, model),
      message: `PodDisruptionBudget '${name}' lets no node be drained: ${reason}`,
      hint: "'maxUnavailable: 1' always lets one pod go at a time",
    };
  },
});

function blocks({ object }: Entry, replicas: number | undefined): string | undefined {
  const most = valueIn(object, 'spec', 'maxUnavailable');
  if (most === 0 || most === '0%') return `'maxUnavailable' is ${most}`;
  const least = valueIn(object, 'spec', 'minAvailable');
  if (least === '100%') return "'minAvailable' is 100%";
  if (replicas === undefined || replicas === 0 || least === undefined) return undefined;
  const kept = countOf(least, replicas);
  return kept >= replicas ? `'minAvailable' is ${String(least)} of ${replicas} pods` : undefined;
}

/** Kubernetes rounds percentages of pods up. */
function countOf(value: unknown, replicas: number): number {
  if (typeof value === 'number') return value;
  const percent = /^(\d+)%$/.exec(String(value))?.[1];
  return percent === undefined ? 0 : Math.ceil((Number(percent) / 100) * replicas);
}

/** The fewest pods there may be: an autoscaler goes down to its minimum. */
function replicasOf(pods: readonly Pods[], objects: ObjectIndex): number | undefined {
  const counts = pods.map(({ entry, replicas }) => {
    const scaler = objects.scalerOf(entry);
    const least = scaler ? (valueIn(scaler.object, 'spec', 'minReplicas') ?? 1) : replicas;
    return typeof least === 'number' ? least : undefined;
  });
  return counts.reduce<number | undefined>(
    (sum, count) => (sum === undefined || count === undefined ? undefined : sum + count),
    0,
  );
}
