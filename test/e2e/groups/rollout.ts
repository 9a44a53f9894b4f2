import { setTimeout as sleep } from 'node:timers/promises';
import { type Api, STRATEGIC } from '../api.ts';
import { refuse } from '../failure.ts';
import type { LiveGroup } from '../group.ts';
import type { LiveCluster } from '../live-cluster.ts';
import { nameOf, type Pod, type Workload } from '../objects.ts';
import { changed, namespacesOf, type Output } from '../output.ts';
import { each, until } from '../until.ts';

const SURGE = 0.25;

/** A new image replaces the old one without a gap; a bad one stops before it hurts. */
export const rollout: LiveGroup = {
  name: 'rollout',
  needs: 'applied output',
  notProven: [
    'rollout: fake pods are Ready after 0.3 s whatever their image, probes and configuration; how long real ones drain is not seen',
    'rollout, drain, zone-loss, autoscaling: minReadySeconds is cut to 1 s',
    'rollout: Deployments with the strategy Recreate and StatefulSets have a gap by nature; the latter are held to one pod',
  ],

  async prove(cluster, output, steps) {
    await steps.step('a new image, with no gap and no more than the surge', () =>
      rollOut(cluster, output),
    );
    await steps.step('a bad image leaves the old pods serving', () => stayUp(cluster, output));
  },

  async refute(cluster, fixture, steps) {
    const gap = changed(fixture, (object) => {
      if (object.kind !== 'Deployment') return object;
      const rollingUpdate = { maxSurge: 0, maxUnavailable: 1 };
      Object.assign((object as Workload).spec, {
        strategy: { type: 'RollingUpdate', rollingUpdate },
      });
      return object;
    });
    await cluster.apply(gap);
    await cluster.settle();
    await steps.mustFail('maxUnavailable: 1', /fell to 2 of 3/, () => rollOut(cluster, gap));
    await steps.mustFail('maxUnavailable: 1 and a bad image', /fell to 2 of 3/, () =>
      stayUp(cluster, gap),
    );
    await cluster.apply(fixture);
    await cluster.settle();
  },
};

/** Every Deployment that promises to roll, in the namespaces of this output. */
async function rollingDeployments(api: Api, output: Output): Promise<Workload[]> {
  const namespaces = namespacesOf(output);
  const deployments = await api.list<Workload>('apps/v1/Deployment');
  return deployments.filter(
    ({ metadata, spec }) =>
      namespaces.has(metadata.namespace ?? '') &&
      spec.strategy?.type !== 'Recreate' &&
      (spec.replicas ?? 1) > 0,
  );
}

async function rollOut(cluster: LiveCluster, output: Output): Promise<void> {
  const { api, pods } = cluster;
  const deployments = await rollingDeployments(api, output);
  const namespaces = namespacesOf(output);
  const sets = (await api.list<Workload>('apps/v1/StatefulSet')).filter(
    ({ metadata, spec }) =>
      namespaces.has(metadata.namespace ?? '') && spec.updateStrategy?.type !== 'OnDelete',
  );
  pods.restart();
  await each([...deployments, ...sets], (workload) =>
    setImage(api, workload, `next.invalid/${Date.now()}`),
  );
  await cluster.settle(90);

  const problems = deployments.flatMap((deployment) => {
    const { fewestServing, most } = pods.observed(keyOf(deployment));
    const replicas = deployment.spec.replicas ?? 1;
    const limit = replicas + Math.ceil(replicas * SURGE);
    return [
      fewestServing < replicas
        ? `${nameOf(deployment)} fell to ${fewestServing} of ${replicas}`
        : [],
      most > limit ? `${nameOf(deployment)} grew to ${most}, more than ${limit}` : [],
    ].flat();
  });
  const gaps = sets.flatMap((set) => {
    const { fewestServing } = pods.observed(keyOf(set));
    const promised = (set.spec.replicas ?? 1) - 1;
    return fewestServing < promised
      ? `${nameOf(set)} fell to ${fewestServing}, below ${promised}`
      : [];
  });
  refuse('the rollout broke its promise', [...problems, ...gaps]);
}

/** The new pods never become Ready, and nothing that serves may go for them. */
async function stayUp(cluster: LiveCluster, output: Output): Promise<void> {
  const { api, pods } = cluster;
  const deployments = await rollingDeployments(api, output);
  pods.restart();
  await each(deployments, (deployment) => setImage(api, deployment, 'missing.invalid/image:1'));
  await until('every Deployment tries the bad image', 30, async () =>
    deployments.every((deployment) => pods.podsOf(keyOf(deployment)).some(waitsForImage)),
  );
  await sleep(1000); // a controller that goes on would do it now
  const problems = deployments.flatMap((deployment) => {
    const { fewestServing } = pods.observed(keyOf(deployment));
    const replicas = deployment.spec.replicas ?? 1;
    return fewestServing < replicas
      ? `${nameOf(deployment)} fell to ${fewestServing} of ${replicas}`
      : [];
  });
  await each(deployments, (deployment) => setImage(api, deployment, `next.invalid/${Date.now()}`));
  await cluster.settle(90);
  refuse('the bad image took pods away', problems);
}

export async function setImage(api: Api, workload: Workload, image: string): Promise<void> {
  const containers = workload.spec.template.spec.containers.map(({ name }) => ({ name, image }));
  await api.patch(workload, { spec: { template: { spec: { containers } } } }, { type: STRATEGIC });
}

/** As the pod observer names a workload. */
export function keyOf({ kind, metadata }: Workload): string {
  return `${metadata.namespace}/${kind}/${metadata.name}`;
}

function waitsForImage(pod: Pod): boolean {
  return pod.status?.phase === 'Pending' && pod.spec.containers.some(isMissing);
}

function isMissing({ image }: { readonly image: string }): boolean {
  return image.startsWith('missing.invalid/');
}
