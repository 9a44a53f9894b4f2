import type { Api } from './api.ts';
import { isServing, type Pod } from './objects.ts';
import { watchObjects } from './watch.ts';

/** What was seen of one workload's pods since `restart`. */
export interface Observed {
  /** Most pods at once, those on their way out apart. */
  readonly most: number;
  /** Fewest serving pods at once. */
  readonly fewestServing: number;
}

/** Watches every pod of the cluster, and remembers for each workload the extremes: a poll would miss them. */
export class PodObserver {
  readonly #pods = new Map<string, Pod>();
  readonly #observed = new Map<string, { most: number; fewestServing: number }>();

  /** Gives the function that ends the watch. */
  observe(api: Api): Promise<() => void> {
    return watchObjects<Pod>(api, 'v1/Pod', (event, pod) => {
      const key = `${pod.metadata.namespace}/${pod.metadata.name}`;
      if (event === 'DELETED') this.#pods.delete(key);
      else this.#pods.set(key, pod);
      this.#note(workloadOf(pod));
    });
  }

  /** Forgets the extremes; what is there now is the first observation. */
  restart(): void {
    this.#observed.clear();
    for (const workload of new Set([...this.#pods.values()].map(workloadOf))) this.#note(workload);
  }

  /** `workload` is written `<namespace>/<kind>/<name>`. */
  observed(workload: string): Observed {
    return this.#observed.get(workload) ?? { most: 0, fewestServing: 0 };
  }

  podsOf(workload: string): Pod[] {
    return [...this.#pods.values()].filter((pod) => workloadOf(pod) === workload);
  }

  all(): Pod[] {
    return [...this.#pods.values()];
  }

  #note(workload: string): void {
    const pods = this.podsOf(workload);
    const most = pods.filter((pod) => !pod.metadata.deletionTimestamp).length;
    const serving = pods.filter(isServing).length;
    const before = this.#observed.get(workload) ?? { most: 0, fewestServing: serving };
    this.#observed.set(workload, {
      most: Math.max(before.most, most),
      fewestServing: Math.min(before.fewestServing, serving),
    });
  }
}

/** A ReplicaSet's name is its Deployment's and the hash of the pod template. */
function workloadOf(pod: Pod): string {
  const { namespace, name, labels, ownerReferences } = pod.metadata;
  const owner = ownerReferences?.find((reference) => reference.controller);
  const hash = labels?.['pod-template-hash'];
  if (owner?.kind === 'ReplicaSet' && hash && owner.name.endsWith(`-${hash}`)) {
    return `${namespace}/Deployment/${owner.name.slice(0, -hash.length - 1)}`;
  }
  return `${namespace}/${owner?.kind ?? 'Pod'}/${owner?.name ?? name}`;
}
