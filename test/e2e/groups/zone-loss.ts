import { type Api, MERGE } from '../api.ts';
import { refuse } from '../failure.ts';
import type { LiveGroup } from '../group.ts';
import type { LiveCluster } from '../live-cluster.ts';
import type { Zone } from '../nodes.ts';
import { isServing, type KubeObject, nameOf, type Pod, type Workload } from '../objects.ts';
import { changed, type Output } from '../output.ts';
import { type Promised, promises } from '../promises.ts';
import { settled } from '../settled.ts';
import type { Steps } from '../steps.ts';
import { each, until } from '../until.ts';
import { keyOf, setImage } from './rollout.ts';

const OUT_OF_SERVICE = 'node.kubernetes.io/out-of-service';
const LOST: Zone = 'a';

/** A zone goes dark: what is promised keeps serving, and the platform can still be changed. */
export const zoneLoss: LiveGroup = {
  name: 'zone-loss',
  needs: 'applied output',
  notProven: [
    'zone-loss: pods are evicted after 2 s where Kubernetes waits 300 s, and nodes are missed after 8 s instead of 50 s',
    'zone-loss: quorum and failover are the work of operators and databases, which do not run here',
  ],

  async prove(cluster, output, steps) {
    if (!output.zones) return; // the provider labels no zones: the weaker promise is drained nodes
    const promised = await promises(cluster.api, output);
    await steps.step('fresh pods stand in every zone', () => standInZones(cluster, promised));
    try {
      await loseZone(cluster, promised, steps, output.name === 'fixture');
    } finally {
      await steps.step('the zone comes back, and everything with it', async () => {
        await cluster.nodes.restore(LOST);
        await cluster.settle();
      });
    }
  },

  async refute(cluster, fixture, steps) {
    const crowded = changed(fixture, (object) => {
      if (object.kind !== 'Deployment') return object;
      Object.assign((object as Workload).spec.template.spec, {
        nodeSelector: { 'topology.kubernetes.io/zone': `${fixture.region}${LOST}` },
        topologySpreadConstraints: [],
      });
      return object;
    });
    await cluster.apply(crowded);
    await cluster.settle();
    const promised = await promises(cluster.api, crowded);
    await steps.mustFail('all pods in one zone', /web keeps 0 of 3/, () =>
      standInZones(cluster, promised),
    );
    const strict = changed(fixture, strictDomains);
    await cluster.apply(strict);
    await cluster.settle();
    await steps.mustFail('minDomains: 3', /not within .*web/s, () =>
      loseAndReturn(cluster, strict),
    );
    await cluster.nodes.restore(LOST);
    await cluster.apply(fixture);
    await cluster.settle();
  },
};

/** The scheduler then wants three zones, and refuses to place anything in two. */
function strictDomains(object: KubeObject): KubeObject {
  if (object.kind !== 'Deployment') return object;
  const { spec } = (object as Workload).spec.template;
  const { topologySpreadConstraints = [] } = spec as { topologySpreadConstraints?: object[] };
  for (const constraint of topologySpreadConstraints) Object.assign(constraint, { minDomains: 3 });
  return object;
}

async function loseAndReturn(cluster: LiveCluster, output: Output): Promise<void> {
  const promised = await promises(cluster.api, output);
  await cluster.nodes.lose(LOST);
  await comeBack(cluster, promised, 8);
}

async function loseZone(
  cluster: LiveCluster,
  promised: readonly Promised[],
  steps: Steps,
  declare: boolean,
): Promise<void> {
  const deployments = promised.filter(({ workload }) => workload.kind === 'Deployment');
  const before = setPodsIn(cluster, promised);
  cluster.pods.restart();
  await steps.step('a zone goes dark, the promised minimum serves', async () => {
    await cluster.nodes.lose(LOST);
    await comeBack(cluster, promised, 45);
    refuse(
      'fell below what the zones promise',
      promised.flatMap(({ workload, replicas }) => {
        const { fewestServing } = cluster.pods.observed(keyOf(workload));
        return fewestServing < minimumOf(replicas)
          ? `${nameOf(workload)} fell to ${fewestServing}`
          : [];
      }),
    );
  });
  await steps.step('rollouts and scaling up still work', async () => {
    // One that recreates its pods waits for those of the lost zone, which nobody confirms: it says 'best effort'.
    const rolling = deployments.filter(
      ({ workload }) => workload.spec.strategy?.type !== 'Recreate',
    );
    const image = `next.invalid/${Date.now()}`;
    await each(rolling, ({ workload }) => setImage(cluster.api, workload, image));
    await each(rolling, ({ workload, replicas }) => scale(cluster.api, workload, replicas + 1));
    const more = rolling.map((one) => ({ ...one, replicas: one.replicas + 1 }));
    await comeBack(cluster, more, 45);
    await until('the rollouts are complete', 30, async () => {
      const open = await settled(cluster.api);
      return !rolling.some(({ workload }) => open.includes(nameOf(workload)));
    });
    await each(rolling, ({ workload, replicas }) => scale(cluster.api, workload, replicas));
  });
  if (before.length === 0) return;
  await steps.step('pods of StatefulSets wait for their node', async () =>
    stillTerminating(cluster, before),
  );
  // What follows is Kubernetes alone and takes up to 20 s, its pod collector's period: once is enough.
  if (!declare) return;
  await steps.step('out of service: they go, and wait for their volumes', () =>
    declareLost(cluster, before),
  );
}

/** Replicas spread evenly over three zones: one zone holds at most a third of them, rounded up. */
function minimumOf(replicas: number): number {
  return replicas > 1 ? replicas - Math.ceil(replicas / 3) : 0;
}

/** New pods for everything, then for each zone what would be left without it. */
async function standInZones(cluster: LiveCluster, promised: readonly Promised[]): Promise<void> {
  const image = `next.invalid/${Date.now()}`;
  await each(promised, ({ workload }) => setImage(cluster.api, workload, image));
  await cluster.settle(90);
  const problems = promised.flatMap(({ workload, replicas }) =>
    cluster.nodes.zones.flatMap((zone) => {
      const gone = new Set(cluster.nodes.names(zone));
      const pods = cluster.pods.podsOf(keyOf(workload)).filter(isServing);
      const left = pods.filter((pod) => !gone.has(pod.spec.nodeName ?? '')).length;
      return left < minimumOf(replicas)
        ? `${nameOf(workload)} keeps ${left} of ${replicas} without zone ${zone}`
        : [];
    }),
  );
  refuse('one zone holds too many', problems);
}

/** Deployments reach their number in the zones that are left; the pods of the lost one may hang about. */
async function comeBack(
  cluster: LiveCluster,
  promised: readonly Promised[],
  seconds: number,
): Promise<void> {
  const gone = new Set(cluster.nodes.names(LOST));
  const missing = () =>
    promised.flatMap(({ replicas, workload }) => {
      if (workload.kind !== 'Deployment') return [];
      const pods = cluster.pods.podsOf(keyOf(workload)).filter(isServing);
      const there = pods.filter((pod) => !gone.has(pod.spec.nodeName ?? '')).length;
      return there < replicas ? [`${nameOf(workload)} has ${there} of ${replicas}`] : [];
    });
  const what = 'Deployments serve from the zones that are left';
  await until(
    what,
    seconds,
    async () => missing().length === 0,
    async () => missing().join('; '),
  );
}

async function scale(api: Api, workload: Workload, replicas: number): Promise<void> {
  await api.patch(workload, { spec: { replicas } }, { type: MERGE, subresource: 'scale' });
}

function setPodsIn({ nodes, pods }: LiveCluster, promised: readonly Promised[]): Pod[] {
  const names = new Set(nodes.names(LOST));
  return promised
    .filter(({ workload }) => workload.kind === 'StatefulSet')
    .flatMap(({ workload }) => pods.podsOf(keyOf(workload)))
    .filter((pod) => names.has(pod.spec.nodeName ?? ''));
}

/** The same pod, by uid: asked to go, and neither gone nor replaced, since no kubelet confirms it. */
async function stillTerminating({ pods }: LiveCluster, before: readonly Pod[]): Promise<void> {
  const now = new Map(pods.all().map((pod) => [pod.metadata.uid, pod]));
  refuse(
    'pods of a lost zone did not wait',
    before.flatMap((pod) =>
      now.get(pod.metadata.uid)?.metadata.deletionTimestamp
        ? []
        : `${nameOf(pod)} is not Terminating`,
    ),
  );
}

/** Somebody declares the nodes lost: pods with a volume in that zone stay Pending, others start elsewhere. */
async function declareLost(cluster: LiveCluster, before: readonly Pod[]): Promise<void> {
  const { nodes, pods } = cluster;
  await nodes.taint(LOST, OUT_OF_SERVICE);
  try {
    const old = new Set(before.map((pod) => pod.metadata.uid));
    await until('pods of a node out of service are removed', 45, async () => {
      return !pods.all().some((pod) => old.has(pod.metadata.uid));
    });
    const names = new Set(before.map(nameOf));
    const successors = () => pods.all().filter((pod) => names.has(nameOf(pod)));
    await until('their successors exist', 20, async () => successors().length === names.size);
    const moved = successors().filter((pod) => hasVolume(pod) && isServing(pod));
    refuse('left their volume behind', moved.map(nameOf));
  } finally {
    await nodes.untaint(LOST, OUT_OF_SERVICE);
  }
}

function hasVolume(pod: Pod): boolean {
  const { volumes = [] } = pod.spec as { volumes?: object[] };
  return volumes.some((volume) => 'persistentVolumeClaim' in volume);
}
