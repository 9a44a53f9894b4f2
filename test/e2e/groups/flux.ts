import { readFile, writeFile } from 'node:fs/promises';
import { Failure, refuse } from '../failure.ts';
import { type Flux, startFlux } from '../flux.ts';
import { GitOps, type Kustomization, needsOf } from '../gitops.ts';
import type { LiveGroup } from '../group.ts';
import type { LiveCluster } from '../live-cluster.ts';
import { conditionOf, type KubeObject, nameOf, type Workload } from '../objects.ts';
import {
  changed,
  deploymentOf,
  layerOf,
  namespacesOf,
  type Output,
  type OutputFile,
} from '../output.ts';
import { harnessKey, PLANTED } from '../sealed.ts';
import { keepUntilReplaced, moveBetweenLayers } from '../takes-away.ts';
import { each, until } from '../until.ts';
import { watchObjects } from '../watch.ts';
import { setImage } from './rollout.ts';

const TYPE = 'kustomize.toolkit.fluxcd.io/v1/Kustomization';
/** What a layer says while it waits its turn. */
const WAITING = ['DependencyNotReady', 'ArtifactFailed', 'Progressing', 'ProgressingWithRetry'];
const started = new WeakMap<LiveCluster, Promise<Flux>>();

/** The real Flux brings an empty cluster up from Git, keeps it so, and survives a bad commit. */
export const flux: LiveGroup = {
  name: 'flux',
  needs: 'empty cluster',
  notProven: [
    'flux: charts are not rendered: HelmReleases and what they install have their status from stages',
    'flux: it does not validate strictly, so an unknown field is dropped without a word; the strict dry run is what finds it',
    'flux: the address of the repository and its key are the harness’s own; everything else in flux/ is applied as it is',
  ],

  async prove(cluster, output, steps) {
    await cluster.prepare(output);
    const all: GitOps[] = [];
    try {
      await steps.step('every layer Ready in order, first time', () =>
        bringUp(cluster, output, all),
      );
      await steps.step('what is encrypted in Git is a Secret on the cluster', () =>
        each(all, (one) => decrypted(cluster, one)),
      );
      await steps.step('a hand edit is repaired', () => each(all, (one) => repair(cluster, one)));
      await steps.step('a broken commit leaves the old state', () =>
        each(all, (one) => breakCommit(cluster, one)),
      );
      await steps.step('what a connection opened stays until the new pods run', () =>
        each(all, (one) => keepUntilReplaced(cluster.api, one)),
      );
      await steps.step('what moves to another layer is never deleted', () =>
        each(all, (one) => moveBetweenLayers(cluster.api, one)),
      );
      await steps.step('a removed service is pruned, its volumes are not', () =>
        each(all, (one) => pruneService(cluster, one)),
      );
    } finally {
      await steps.step('Flux lets go of everything', () => each(all, (one) => one.remove()));
    }
  },

  async refute(cluster, fixture, steps) {
    const plant = async (
      what: string,
      because: RegExp,
      { name, output, starter, proof }: Planted,
    ) => {
      const all: GitOps[] = [];
      await cluster.remove(fixture);
      await cluster.prepare(fixture);
      await steps.mustFail(what, because, async () => {
        await bringUp(cluster, { ...(output ?? fixture), name }, all, starter);
        await each(all, (one) => proof(cluster, one));
      });
      await each(all, (one) => one.remove());
    };
    const swap = (kind: string, name: string, other: KubeObject) =>
      changed(fixture, (o) => (o.kind === kind && o.metadata.name === name ? other : o));
    const early = swap('HorizontalPodAutoscaler', 'web', ORPHAN);
    await plant('a custom resource before its CRD', /no matches for kind "Gadget"/, {
      name: 'early',
      output: early,
      proof: pruneService,
    });
    const stranger = await harnessKey();
    const namespaceOf = ({ metadata }: KubeObject) => metadata.namespace ?? '';
    await plant('an age key of somebody else', /data key/, {
      name: 'stranger',
      starter: (each) => (each.kind === 'Secret' ? stranger.secret(namespaceOf(each)) : each),
      proof: decrypted,
    });
    await plant('a volume that Flux may prune', /PersistentVolumeClaim\/loose is gone/, {
      name: 'loose',
      output: swap('Service', 'db', LOOSE_CLAIM),
      proof: pruneService,
    });
    await plant('layers that prune at once', /NetworkPolicy\/web-to-db is gone while/, {
      name: 'hasty',
      starter: prunesAtOnce,
      proof: ({ api }, one) => keepUntilReplaced(api, one),
    });
    await plant('layers that prune what moves', /Service\/db was deleted on the way/, {
      name: 'movers',
      starter: prunesAtOnce,
      proof: ({ api }, one) => moveBetweenLayers(api, one),
    });
  },
};

interface Planted {
  /** Of the repository, for each has its own. */
  readonly name: string;
  readonly output?: Output;
  readonly starter?: (starter: KubeObject) => KubeObject;
  readonly proof: (cluster: LiveCluster, one: GitOps) => Promise<void>;
}

/** As if nobody kept what old pods still need. */
function prunesAtOnce(starter: KubeObject): KubeObject {
  const { spec } = starter as { spec?: { prune?: boolean; commonMetadata?: unknown } };
  if (spec?.prune !== false) return starter;
  const { commonMetadata: _, ...rest } = spec;
  return { ...starter, spec: { ...rest, prune: true } };
}

const ORPHAN: KubeObject = {
  apiVersion: 'nobody.invalid/v1',
  kind: 'Gadget',
  metadata: { name: 'orphan', namespace: 'fixture-prod' },
};

const LOOSE_CLAIM: KubeObject = {
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'loose', namespace: 'fixture-prod' },
  spec: {
    storageClassName: 'e2e-immediate',
    accessModes: ['ReadWriteOnce'],
    resources: { requests: { storage: '1Gi' } },
  },
};

/** Pushes each output to a repository of its own, and watches its layers become Ready. */
async function bringUp(
  cluster: LiveCluster,
  output: Output,
  all: GitOps[],
  starter?: Planted['starter'],
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
      90,
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

/** The values are there in clear, where the API server keeps them and nowhere else. */
async function decrypted({ api }: LiveCluster, { output }: GitOps): Promise<void> {
  const secrets = output.files.filter(({ encrypted }) => encrypted);
  const problems = await each(secrets, async ({ object }) => {
    const data = (await api.get(object))?.['data'] as Record<string, string> | undefined;
    const values = Object.values(data ?? {}).map((value) =>
      Buffer.from(value, 'base64').toString(),
    );
    return values.length > 0 && values.every((value) => value === PLANTED) ? [] : [nameOf(object)];
  });
  refuse('not decrypted', problems.flat());
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

/** Somebody changes an image by hand; Flux puts Git's back when it looks next. */
async function repair({ api }: LiveCluster, one: GitOps): Promise<void> {
  const file = deploymentOf(one.output);
  if (!file) return;
  const wanted = imagesOf(file.object);
  await setImage(api, file.object as Workload, 'by-hand.invalid/image:1');
  await one.reconcile(layerOf(file));
  await until(`${nameOf(file.object)} is repaired`, 30, async () => {
    const now = await api.get(file.object);
    return now !== undefined && imagesOf(now) === wanted;
  });
}

/** The layer says what is wrong in words that name the object; what runs is left alone; a revert heals. */
async function breakCommit({ api }: LiveCluster, one: GitOps): Promise<void> {
  const file = deploymentOf(one.output);
  if (!file) return;
  const before = await api.get(file.object);
  const path = one.pathOf(file.path);
  const text = await readFile(path, 'utf8');
  const broken = structuredClone(file.object) as Workload;
  broken.spec.replicas = -1; // not an unknown field: Flux does not ask for strict validation, and drops it
  await writeFile(path, JSON.stringify(broken));
  await one.push('a number that cannot be');
  const says = async () => {
    const ready = conditionOf(await one.layer(layerOf(file)), 'Ready');
    return ready?.status === 'False' ? `${ready.reason}: ${ready.message}` : '';
  };
  await until(
    `${layerOf(file)} is not Ready, and names object and field`,
    30,
    async () => {
      const message = await says();
      return message.includes(file.object.metadata.name) && message.includes('spec.replicas');
    },
    async () => `it says: ${await says()}`,
  );
  const after = await api.get(file.object);
  if (after?.metadata.generation !== before?.metadata.generation) {
    throw new Failure(`${nameOf(file.object)} changed although its commit is broken`);
  }
  await writeFile(path, text);
  await one.ready(await one.push('the error is taken back'));
}

/** The next synth has no such service: its objects go, and every claim stays. */
async function pruneService({ api }: LiveCluster, one: GitOps): Promise<void> {
  const service = serviceToRemove(one.output);
  if (!service) return;
  const namespaces = namespacesOf(one.output);
  const claims = async () =>
    (await api.list('v1/PersistentVolumeClaim')).filter(
      ({ metadata }) => namespaces.has(metadata.namespace ?? '') && !metadata.deletionTimestamp,
    );
  // A set whose retention policy says Delete owns its claims: a review environment keeps nothing.
  const before = (await claims()).filter(({ metadata }) => !metadata.ownerReferences?.length);
  await one.removeService(service);
  await one.ready(await one.push(`without ${service.service}`));
  const gone = one.output.files.filter(
    (file) =>
      layerOf(file) === layerOf(service) &&
      file.service === service.service &&
      !isKept(file.object),
  );
  await until(`${service.service} is pruned`, 30, async () => {
    const left = await each(gone, ({ object }) => api.get(object));
    return left.every((object) => !object || object.kind === 'PersistentVolumeClaim');
  });
  const after = new Set((await claims()).map(nameOf));
  refuse(
    'pruned with its service',
    before.filter((claim) => !after.has(nameOf(claim))).map((claim) => `${nameOf(claim)} is gone`),
  );
}

/** One with volumes when there is one. */
function serviceToRemove({ files }: Output): OutputFile | undefined {
  const hasVolumes = ({ object }: OutputFile) =>
    object.kind === 'PersistentVolumeClaim' ||
    ((object as Workload).spec?.volumeClaimTemplates?.length ?? 0) > 0;
  return files.find(hasVolumes) ?? files.find(({ object }) => object.kind === 'Deployment');
}

function isKept({ metadata }: KubeObject): boolean {
  return metadata.annotations?.['kustomize.toolkit.fluxcd.io/prune'] === 'disabled';
}

function imagesOf(object: KubeObject): string {
  const { containers } = (object as Workload).spec.template.spec;
  return containers.map(({ image }) => image).join(' ');
}
