import { Failure, refuse } from '../failure.ts';
import type { LiveGroup } from '../group.ts';
import type { LiveCluster } from '../live-cluster.ts';
import { type KubeObject, nameOf, type Workload } from '../objects.ts';
import { changed, type Output } from '../output.ts';
import { each } from '../until.ts';

/** The API server takes every file: strictly, in order, without a warning, and once is enough. */
export const apply: LiveGroup = {
  name: 'apply',
  needs: 'empty cluster',
  notProven: [
    'apply: operators and their webhooks are absent, so their own validation is not asked',
    'apply: a reference to a ConfigMap or Secret that does not exist stops no fake pod',
  ],

  async prove(cluster, output, steps) {
    await cluster.prepare(output);
    await steps.step('strict dry run of every file', () => dryRun(cluster, output));
    const first = await steps.step('for real, in layer order', async () => {
      const { warnings, objects } = await cluster.apply(output);
      refuse('the API server warns', warnings);
      return objects;
    });
    await steps.step('everything runs', () => cluster.settle());
    await steps.step('a second apply changes nothing', () => applyAgain(cluster, output, first));
  },

  async refute(cluster, fixture, steps) {
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
      const { warnings } = await cluster.apply(privileged);
      refuse('the API server warns', warnings);
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

async function applyAgain(
  cluster: LiveCluster,
  output: Output,
  first: readonly KubeObject[],
): Promise<void> {
  const before = new Map(first.map((object) => [nameOf(object), object]));
  const { objects } = await cluster.apply(output);
  const moved = objects.filter((object) => {
    const old = before.get(nameOf(object));
    return JSON.stringify(withoutStatus(object)) !== JSON.stringify(old && withoutStatus(old));
  });
  refuse('a second apply changed', moved.map(nameOf));
}

/** Controllers write status and bookkeeping at any time, and `resourceVersion` follows; the rest is ours. */
function withoutStatus(object: KubeObject): unknown {
  const { status: _, metadata, ...rest } = structuredClone(object);
  const {
    resourceVersion: __,
    managedFields: ___,
    annotations = {},
    ...own
  } = metadata as KubeObject['metadata'] & { managedFields?: unknown };
  delete annotations['deployment.kubernetes.io/revision'];
  return { ...rest, metadata: { ...own, annotations } };
}

function edit(object: KubeObject, kind: string, change: (workload: Workload) => void): KubeObject {
  if (object.kind === kind) change(object as Workload);
  return object;
}
