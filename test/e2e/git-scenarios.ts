import { readFile, writeFile } from 'node:fs/promises';
import { Failure, refuse } from './failure.ts';
import type { GitOps } from './gitops.ts';
import { setImage } from './groups/rollout.ts';
import type { LiveCluster } from './live-cluster.ts';
import { conditionOf, type KubeObject, nameOf, type Workload } from './objects.ts';
import { deploymentOf, layerOf, namespacesOf, type Output, type OutputFile } from './output.ts';
import { PLANTED } from './sealed.ts';
import { isKept } from './takes-away.ts';
import { each, until } from './until.ts';

/** The values are there in clear, where the API server keeps them and nowhere else. */
export async function decrypted({ api }: LiveCluster, { output }: GitOps): Promise<void> {
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

/** Somebody changes an image by hand; Flux puts Git's back when it looks next. */
export async function repair({ api }: LiveCluster, one: GitOps): Promise<void> {
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
export async function breakCommit({ api }: LiveCluster, one: GitOps): Promise<void> {
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
export async function pruneService({ api }: LiveCluster, one: GitOps): Promise<void> {
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

function imagesOf(object: KubeObject): string {
  const { containers } = (object as Workload).spec.template.spec;
  return containers.map(({ image }) => image).join(' ');
}
