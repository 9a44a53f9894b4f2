import type { Api } from './api.ts';
import { conditionOf, type KubeObject, nameOf, type Workload } from './objects.ts';

interface KubeEvent extends KubeObject {
  type: string;
  reason: string;
  message: string;
  involvedObject: { kind: string; name: string };
}

const KINDS = ['apps/v1/Deployment', 'apps/v1/StatefulSet', 'apps/v1/DaemonSet', 'batch/v1/Job'];

/** What is not complete yet, by name; with reasons when asked, which costs a few more requests. */
export async function settled(api: Api, how: 'names' | 'explain' = 'names'): Promise<string[]> {
  const lists = await Promise.all(KINDS.map((kind) => api.list<Workload>(kind)));
  const open = lists.flat().filter((workload) => !isComplete(workload));
  if (how === 'names' || open.length === 0) return open.map(nameOf);
  const events = await api.list<KubeEvent>('v1/Event');
  return open.slice(0, 5).map((workload) => `${nameOf(workload)} (${reasonOf(workload, events)})`);
}

/** As `kubectl rollout status` decides. */
function isComplete(workload: Workload): boolean {
  const { kind, metadata, spec, status = {} } = workload;
  if ((status.observedGeneration ?? 0) < (metadata.generation ?? 0) && kind !== 'Job') return false;
  const wanted = spec.replicas ?? 1;
  switch (kind) {
    case 'Deployment':
      return (
        (status.updatedReplicas ?? 0) === wanted &&
        (status.replicas ?? 0) === wanted &&
        (status.availableReplicas ?? 0) === wanted
      );
    case 'StatefulSet':
      return (
        (status.readyReplicas ?? 0) === wanted &&
        (spec.updateStrategy?.type === 'OnDelete' ||
          status.currentRevision === status.updateRevision)
      );
    case 'DaemonSet':
      return (
        (status.updatedNumberScheduled ?? 0) === (status.desiredNumberScheduled ?? 0) &&
        (status.numberAvailable ?? 0) === (status.desiredNumberScheduled ?? 0)
      );
    default:
      return (status.succeeded ?? 0) > 0 || spec.replicas === 0;
  }
}

/** A refused pod shows in the workload's conditions; one that finds no node, in its events. */
function reasonOf(workload: Workload, events: readonly KubeEvent[]): string {
  const refused = conditionOf(workload, 'ReplicaFailure')?.message;
  if (refused) return refused;
  const { name, namespace } = workload.metadata;
  const warnings = events.filter(
    (event) =>
      event.type === 'Warning' &&
      event.metadata.namespace === namespace &&
      (event.involvedObject.name === name || event.involvedObject.name.startsWith(`${name}-`)),
  );
  const last = warnings.at(-1);
  return last ? `${last.reason}: ${last.message}` : JSON.stringify(workload.status);
}
