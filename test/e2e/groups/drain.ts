import { setTimeout as sleep } from 'node:timers/promises';
import type { Api } from '../api.ts';
import { Failure, refuse } from '../failure.ts';
import type { LiveGroup } from '../group.ts';
import type { LiveCluster } from '../live-cluster.ts';
import { type Budget, isServing, nameOf, type Pod } from '../objects.ts';
import { changed, type Output } from '../output.ts';
import { promises } from '../promises.ts';
import { keyOf } from './rollout.ts';

const DRAIN_SECONDS = 30;

/** Every node can be emptied, one after the other, and no budget is broken meanwhile. */
export const drain: LiveGroup = {
  name: 'drain',
  needs: 'applied output',
  notProven: [
    'drain: fake pods leave at once; grace periods, preStop hooks and connections that are cut are not seen',
  ],

  async prove(cluster, output, steps) {
    await steps.step('every node, one after the other', () => drainAll(cluster, output));
  },

  async refute(cluster, fixture, steps) {
    const stuck = changed(fixture, (object) => {
      if (object.kind !== 'PodDisruptionBudget') return object;
      const { selector } = (object as Budget).spec;
      return { ...object, spec: { selector, minAvailable: 3 } };
    });
    await cluster.apply(stuck);
    await sleep(500); // the disruption controller reads the new budget
    await steps.mustFail('a budget equal to the replicas', /is not empty after .* budget/s, () =>
      drainAll(cluster, stuck, 4),
    );
    const bare = changed(fixture, (o) => (o.kind === 'PodDisruptionBudget' ? undefined : o));
    for (const { object } of fixture.files) {
      if (object.kind === 'PodDisruptionBudget') await cluster.api.delete(object);
    }
    await steps.mustFail('a missing budget', /has no budget/, () => drainAll(cluster, bare));
    await cluster.apply(fixture);
    await cluster.settle();
  },
};

async function drainAll(
  cluster: LiveCluster,
  output: Output,
  seconds = DRAIN_SECONDS,
): Promise<void> {
  const { api, nodes, pods } = cluster;
  const promised = await promises(api, output);
  const bare = promised.filter(({ budget, replicas }) => replicas > 1 && !budget);
  refuse(
    'replicated, but drained all at once',
    bare.map(({ workload }) => `${nameOf(workload)} has no budget`),
  );

  pods.restart();
  for (const node of nodes.names()) {
    await cordon(api, node, true);
    try {
      await empty(cluster, node, seconds);
      await cluster.settle();
    } finally {
      await cordon(api, node, false);
    }
  }
  const broken = promised.flatMap(({ budget, workload }) => {
    const minimum = budget?.status?.desiredHealthy ?? 0;
    const { fewestServing } = pods.observed(keyOf(workload));
    return fewestServing < minimum
      ? `${nameOf(workload)} fell to ${fewestServing}, below ${minimum}`
      : [];
  });
  refuse('a budget was broken', broken);
}

async function cordon(api: Api, node: string, unschedulable: boolean): Promise<void> {
  const object = { apiVersion: 'v1', kind: 'Node', metadata: { name: node } };
  await api.patch(object, { spec: { unschedulable } });
}

/** Asks for the eviction of every pod, as `kubectl drain --ignore-daemonsets` does, only more often. */
async function empty({ api, pods }: LiveCluster, node: string, seconds: number): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const left = pods.all().filter((pod) => pod.spec.nodeName === node && !isDaemon(pod));
    if (left.length === 0) return;
    const answers = await Promise.all(left.map((pod) => evict(api, pod)));
    if (Date.now() > deadline) {
      const reasons = [...new Set(answers.filter(Boolean))].join('; ');
      const names = left.map(nameOf).slice(0, 5).join(', ');
      const idle = pods.all().filter((pod) => !isServing(pod) && !left.includes(pod));
      const waiting = idle.map((pod) => `${nameOf(pod)} on ${pod.spec.nodeName ?? 'no node'}`);
      throw new Failure(
        `${node} is not empty after ${seconds} s: ${names}; ${reasons}; not serving: ${waiting.slice(0, 5).join(', ')}`,
      );
    }
    await sleep(150);
  }
}

/** Gives the API server's reason when it says no: a budget that allows none. */
async function evict(api: Api, pod: Pod): Promise<string> {
  if (pod.metadata.deletionTimestamp) return '';
  const { name, namespace } = pod.metadata;
  const body = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace } };
  const answer = await api.send('POST', `${await api.pathOf(pod)}/eviction`, JSON.stringify(body));
  if (answer.status < 300 || answer.status === 404) return '';
  const { details, message } = JSON.parse(answer.body) as {
    message: string;
    details?: { causes?: { message: string }[] };
  };
  return details?.causes?.[0]?.message ?? message;
}

function isDaemon({ metadata }: Pod): boolean {
  return (
    metadata.ownerReferences?.some(({ kind }) => kind === 'DaemonSet' || kind === 'Node') ?? false
  );
}
