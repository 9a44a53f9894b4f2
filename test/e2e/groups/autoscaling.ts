import type { Api } from '../api.ts';
import { Failure, refuse } from '../failure.ts';
import type { LiveGroup } from '../group.ts';
import type { LiveCluster } from '../live-cluster.ts';
import { MetricsStub } from '../metrics-stub.ts';
import { type Autoscaler, nameOf } from '../objects.ts';
import { changed, namespacesOf, type Output } from '../output.ts';
import { each, until } from '../until.ts';

const TYPE = 'autoscaling/v2/HorizontalPodAutoscaler';
const BUSY = 1000;
const IDLE = 1;
const stubs = new WeakMap<LiveCluster, MetricsStub>();

/** The real autoscaler follows the load to both ends, and never past them. */
export const autoscaling: LiveGroup = {
  name: 'autoscaling',
  needs: 'applied output',
  notProven: [
    'autoscaling: usage is invented, the same for every pod; windows and periods are cut to a second or two',
    'autoscaling: autoscalers by custom or external metrics (KEDA included) are left out, as are new nodes',
  ],

  async prove(cluster, output, steps) {
    const autoscalers = await autoscalersOf(cluster.api, output);
    if (autoscalers.length === 0) return;
    await steps.step('up to the maximum, down to the minimum', () =>
      followLoad(cluster, autoscalers),
    );
  },

  async refute(cluster, fixture, steps) {
    const lost = changed(fixture, (object) => {
      if (object.kind !== 'HorizontalPodAutoscaler') return object;
      const { spec } = object as Autoscaler;
      return {
        ...object,
        spec: { ...spec, scaleTargetRef: { ...spec.scaleTargetRef, name: 'wbe' } },
      };
    });
    await cluster.apply(lost);
    await steps.mustFail('an autoscaler of nothing', /FailedGetScale/, async () =>
      followLoad(cluster, await autoscalersOf(cluster.api, lost), 6),
    );
    await cluster.apply(fixture);
    await cluster.settle();
  },
};

/** Those by cpu and memory, which the stub can serve. */
async function autoscalersOf(api: Api, output: Output): Promise<Autoscaler[]> {
  const namespaces = namespacesOf(output);
  const all = await api.list<Autoscaler>(TYPE);
  return all.filter(
    ({ metadata, spec }) =>
      namespaces.has(metadata.namespace ?? '') &&
      (spec.metrics ?? []).every(({ type }) => type === 'Resource' || type === 'ContainerResource'),
  );
}

async function followLoad(
  cluster: LiveCluster,
  autoscalers: readonly Autoscaler[],
  seconds = 45,
): Promise<void> {
  const { api } = cluster;
  const stub =
    stubs.get(cluster) ?? (await MetricsStub.start(cluster.workspace, api, cluster.pods));
  stubs.set(cluster, stub);
  await each(autoscalers, (autoscaler) =>
    api.patch(autoscaler, { spec: { behavior: hasten(autoscaler) } }),
  );
  const outside = new Set<string>();
  const reach = async (usage: number, wanted: (autoscaler: Autoscaler) => number) => {
    stub.usagePercent = usage;
    let open: string[] = [];
    const what = usage === BUSY ? 'every autoscaler reaches its maximum' : 'and its minimum';
    await until(
      what,
      seconds,
      async () => {
        open = [];
        for (const autoscaler of await current(api, autoscalers)) {
          const { maxReplicas, minReplicas = 1 } = autoscaler.spec;
          const replicas = autoscaler.status?.currentReplicas ?? 0;
          const target = wanted(autoscaler);
          if (replicas > maxReplicas) outside.add(`${nameOf(autoscaler)} went to ${replicas}`);
          if (usage === IDLE && replicas > 0 && replicas < minReplicas) {
            outside.add(`${nameOf(autoscaler)} went to ${replicas}`);
          }
          if (replicas !== target)
            open.push(`${nameOf(autoscaler)} ${stateOf(autoscaler, target)}`);
        }
        return open.length === 0;
      },
      async () => open.join('; '),
    );
  };
  try {
    await reach(BUSY, ({ spec }) => spec.maxReplicas);
    await cluster.settle();
    await reach(IDLE, ({ spec }) => spec.minReplicas ?? 1);
    await cluster.settle();
  } finally {
    stub.usagePercent = undefined;
  }
  refuse('outside minimum and maximum', [...outside]);
}

function stateOf(autoscaler: Autoscaler, target: number): string {
  const failing = (autoscaler.status?.conditions ?? []).find(
    ({ status, type }) => status === 'False' && type !== 'ScalingLimited',
  );
  const replicas = autoscaler.status?.currentReplicas ?? 0;
  return failing ? `${failing.reason}: ${failing.message}` : `has ${replicas} of ${target}`;
}

async function current(api: Api, autoscalers: readonly Autoscaler[]): Promise<Autoscaler[]> {
  const found = await each(autoscalers, (autoscaler) => api.get<Autoscaler>(autoscaler));
  return found.map((autoscaler, index) => {
    if (autoscaler) return autoscaler;
    throw new Failure(`${autoscalers[index]?.metadata.name} is gone`);
  });
}

interface Rules {
  policies?: { type: string; value: number; periodSeconds: number }[];
  selectPolicy?: string;
  stabilizationWindowSeconds?: number;
}

/** The same policies, in seconds instead of minutes. */
function hasten({ spec }: Autoscaler): { scaleUp: Rules; scaleDown: Rules } {
  const { scaleUp = {}, scaleDown = {} } =
    (spec as { behavior?: Record<string, Rules> }).behavior ?? {};
  const fast = (rules: Rules): Rules => ({
    ...rules,
    stabilizationWindowSeconds: 0,
    policies: (rules.policies ?? [{ type: 'Percent', value: 100, periodSeconds: 1 }]).map(
      (policy) => ({
        ...policy,
        periodSeconds: 1,
      }),
    ),
  });
  return { scaleUp: fast(scaleUp), scaleDown: fast(scaleDown) };
}
