import { refuse } from './failure.ts';
import { type Flux, startFlux } from './flux.ts';
import { GitOps, type Kustomization, needsOf } from './gitops.ts';
import type { LiveCluster } from './live-cluster.ts';
import { conditionOf, type KubeObject } from './objects.ts';
import type { Output } from './output.ts';
import { each, until } from './until.ts';
import { watchObjects } from './watch.ts';

const TYPE = 'kustomize.toolkit.fluxcd.io/v1/Kustomization';
/** What a layer says while it waits its turn. */
const WAITING = ['DependencyNotReady', 'ArtifactFailed', 'Progressing', 'ProgressingWithRetry'];
const started = new WeakMap<LiveCluster, Promise<Flux>>();

/** Pushes each output to a repository of its own, and watches its layers become Ready. */
export async function bringUp(
  cluster: LiveCluster,
  output: Output,
  all: GitOps[],
  starter?: (starter: KubeObject) => KubeObject,
): Promise<void> {
  const { api, plane, workspace } = cluster;
  const running = started.get(cluster) ?? startFlux(workspace, plane);
  started.set(cluster, running);
  const flux = await running;

  const readyInOrder: string[] = [];
  const problems: string[] = [];
  const stop = await watchObjects<Kustomization>(api, TYPE, (event, one) => {
    const ready = one.status && conditionOf({ status: one.status }, 'Ready');
    if (event === 'DELETED' || !ready) return;
    if (ready.status === 'True') {
      if (!readyInOrder.includes(keyOf(one))) readyInOrder.push(keyOf(one));
    } else if (ready.status === 'False' && !WAITING.includes(ready.reason ?? '')) {
      problems.push(`${keyOf(one)}: ${ready.reason}: ${ready.message}`);
    }
  });
  try {
    await each(output.parts, async (part) => {
      all.push(
        await GitOps.bootstrap(
          api,
          flux,
          { ...part, ...(output.parts.length === 1 && output) },
          starter,
        ),
      );
    });
    const layers = all.flatMap(({ kustomizations }) => kustomizations);
    const open = () => layers.map((one) => keyOf(one)).filter((key) => !readyInOrder.includes(key));
    await until(
      'every layer is Ready',
      150,
      async () => problems.length > 0 || open().length === 0,
      async () => `still waiting: ${open().join(', ')}`,
    );
    refuse('did not come up the first time', problems);
    const wrong = layers.flatMap((one) => outOfOrder(one, readyInOrder));
    refuse('came up out of order', wrong);
  } finally {
    stop();
  }
}

/** Two clusters may use one name, so the namespace, one for each, belongs to it. */
function keyOf({ metadata }: KubeObject, name = metadata.name): string {
  return `${metadata.namespace}/${name}`;
}

function outOfOrder(one: Kustomization, readyInOrder: readonly string[]): string[] {
  const at = readyInOrder.indexOf(keyOf(one));
  return needsOf(one)
    .filter((needed) => readyInOrder.indexOf(keyOf(one, needed)) > at)
    .map((needed) => `${one.metadata.name} was Ready before ${needed}`);
}
