import { Failure, refuse } from '../failure.ts';
import type { LiveGroup } from '../group.ts';
import { kustomizeDisagrees } from '../kustomize-build.ts';
import type { LiveCluster } from '../live-cluster.ts';
import { type KubeObject, nameOf, type Workload } from '../objects.ts';
import { changed, type Output } from '../output.ts';
import { each } from '../until.ts';

/** The API server takes every file: strictly, in order, without a warning, and once is enough. */
export const apply: LiveGroup = {
  name: 'apply',
  needs: 'empty cluster',
  leavesOutput: true,
  notProven: [
    'apply: operators and their webhooks are absent, so their own validation is not asked',
    'apply: a reference to a ConfigMap or Secret that does not exist stops no fake pod',
  ],

  async prove(cluster, output, steps) {
    await cluster.prepare(output);
    await steps.step('kustomization.yaml names every file', () => buildLayers(output));
    await steps.step('strict dry run of every file', () => dryRun(cluster, output));
    await steps.step('for real, in layer order', async () => {
      refuse('the API server warns', await cluster.apply(output));
    });
    await steps.step('everything runs', () => cluster.settle());
    await steps.step('a second apply changes nothing', () => applyAgain(cluster, output));
  },

  async refute(cluster, fixture, steps) {
    const forgotten = changed(fixture, (object) => {
      if (object.kind === 'Deployment') object.metadata.name = 'web-too';
      return object;
    });
    await steps.mustFail('a file that kustomization.yaml forgets', /forgets .*web-too/, () =>
      buildLayers({ ...forgotten, parts: [forgotten] }),
    );

    const unknownField = changed(fixture, (object) =>
      edit(object, 'Deployment', ({ spec }) => Object.assign(spec, { replcas: 3 })),
    );
    await steps.mustFail('an unknown field', /replcas/, () => dryRun(cluster, unknownField));

    const privileged = changed(fixture, (object) =>
      edit(object, 'Deployment', ({ spec }) => {
        Object.assign(spec.template.spec, { hostNetwork: true });
      }),
    );
    await steps.mustFail('a pod that Pod Security refuses', /PodSecurity/i, async () => {
      await cluster.prepare(privileged);
      refuse('the API server warns', await cluster.apply(privileged));
    });
    await cluster.remove(fixture);

    const orphan: KubeObject = {
      apiVersion: 'nobody.invalid/v1',
      kind: 'Gadget',
      metadata: { name: 'orphan', namespace: 'fixture-prod' },
    };
    const early = changed(fixture, (object) => (object.kind === 'Service' ? orphan : object));
    await steps.mustFail('a custom resource before its CRD', /Gadget.*not installed/, () =>
      dryRun(cluster, early),
    );
  },
};

async function buildLayers({ parts }: Output): Promise<void> {
  const problems = await each(parts, kustomizeDisagrees, 1);
  refuse("'kubectl apply -k' would apply something else", problems.flat());
}

/** The namespaces must be there for a dry run of what lies in them, so they are applied first. */
async function dryRun({ api }: LiveCluster, output: Output): Promise<void> {
  const namespaces = output.files.filter(({ object }) => object.kind === 'Namespace');
  for (const { object, text } of namespaces) await api.apply(object, {}, text);
  const problems = await each(output.files, async ({ object, path, text }) => {
    try {
      const { warnings } = await api.apply(object, { dryRun: true }, text);
      return warnings.map((warning) => `${path}: ${warning}`);
    } catch (error) {
      if (error instanceof Failure) return [`${path}: ${error.message}`];
      throw error;
    }
  });
  refuse('the strict dry run refuses', problems.flat());
}

/** An apply without effect keeps `resourceVersion`, unless a controller writes its status at that moment. */
async function applyAgain({ api }: LiveCluster, output: Output): Promise<void> {
  const moved = await each(output.files, async ({ object, text }) => {
    const before = await api.get(object);
    const { object: after } = await api.apply(object, {}, text);
    if (before?.metadata.resourceVersion === after.metadata.resourceVersion) return [];
    const [old, now] = [before && written(before), written(after)];
    const fields = Object.keys(now).filter(
      (key) => JSON.stringify(old?.[key]) !== JSON.stringify(now[key]),
    );
    return fields.length > 0 ? [`${nameOf(object)} (${fields.join(', ')})`] : [];
  });
  refuse('a second apply changed', moved.flat());
}

/** What people write of an object. */
function written({ metadata, status: _, ...rest }: KubeObject): Record<string, unknown> {
  const { annotations, generation, labels } = metadata;
  return { ...rest, annotations, generation, labels };
}

function edit(object: KubeObject, kind: string, change: (workload: Workload) => void): KubeObject {
  if (object.kind === kind) change(object as Workload);
  return object;
}
