import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Api } from './api.ts';
import { Failure, refuse } from './failure.ts';
import type { GitOps } from './gitops.ts';
import { type KubeObject, nameOf, type Workload } from './objects.ts';
import { deploymentOf, layerOf, type Output, type OutputFile } from './output.ts';
import { each, until } from './until.ts';
import { watchObjects } from './watch.ts';

/** Flux looks at what waits once a second here; on a real cluster every thirty. */
const WOULD_BE_GONE_MS = 4000;

/**
 * A connection goes, and its client gets a new image in one commit. While the new pods do not come up, the old ones
 * serve, and need their way to what they use.
 */
export async function keepUntilReplaced(api: Api, one: GitOps): Promise<void> {
  const policy = wayOut(one.output);
  const client = policy && clientOf(one.output, policy);
  if (!client) return;
  const path = one.pathOf(client.path);
  const text = await readFile(path, 'utf8');
  const caused = [policy, ...grantsTo(client, one.output)];
  for (const file of caused) {
    await one.relist(layerOf(file), (listed) => listed.filter((item) => item !== listedAs(file)));
  }
  await writeFile(path, withImage(client.object, 'missing.invalid/image:1'));
  await one.push('without a connection, and with an image that nobody has');
  await until(`${nameOf(client.object)} tries the new image`, 30, async () => {
    const now = await api.get<Workload>(client.object);
    return now?.spec.template.spec.containers[0]?.image === 'missing.invalid/image:1';
  });
  await sleep(WOULD_BE_GONE_MS);
  const early = await missing(api, caused);
  if (early.length > 0) {
    throw new Failure(`${early.join(', ')} is gone while the old pods still serve`);
  }
  await writeFile(path, text);
  await one.ready(await one.push('with the image as it was'));
  await until(
    `what ${nameOf(client.object)} was given is taken away`,
    30,
    async () => (await missing(api, caused)).length === caused.length,
  );
  for (const file of caused)
    await one.relist(layerOf(file), (listed) => [...listed, listedAs(file)]);
  await one.ready(await one.push('with the connection again'));
  refuse('not back', await missing(api, caused));
}

async function missing(api: Api, files: readonly OutputFile[]): Promise<string[]> {
  const found = await each(files, async ({ object }) => [object, await api.get(object)] as const);
  return found.flatMap(([object, now]) => (now ? [] : [nameOf(object)]));
}

/** What owners made for one client: the way in, and a role where an operator makes one. */
function grantsTo({ environment, service }: OutputFile, { files }: Output): OutputFile[] {
  return files.filter(({ environment: at, object: { kind, metadata }, service: owner }) => {
    if (at !== environment || owner === service) return false;
    if (kind === 'NetworkPolicy') return new RegExp(`-from-${service}(-|$)`).test(metadata.name);
    return kind === 'DatabaseRole' && metadata.name.endsWith(`-user-${service}`);
  });
}

/** A Service goes from a layer to one that waits for it, where Flux alone would delete it on the way; and back again. */
export async function moveBetweenLayers(api: Api, one: GitOps): Promise<void> {
  const services = one.output.files.filter(({ object }) => object.kind === 'Service');
  const ways = services.flatMap((moved) =>
    one.layersAfter(layerOf(moved)).map((to) => ({ moved, to })),
  );
  const [way] = ways.filter(({ moved, to }) => to.startsWith(`${moved.environment}/`));
  if (!way) return;
  const { moved, to: other } = way;
  const deleted: string[] = [];
  const stop = await watchObjects<KubeObject>(api, 'v1/Service', (event, object) => {
    const { name, namespace } = object.metadata;
    const same =
      name === moved.object.metadata.name && namespace === moved.object.metadata.namespace;
    if (event === 'DELETED' && same) deleted.push(nameOf(object));
  });
  try {
    await move(one, moved, layerOf(moved), other);
    await move(one, moved, other, layerOf(moved));
  } finally {
    stop();
  }
  if (deleted.length > 0) throw new Failure(`${nameOf(moved.object)} was deleted on the way`);
}

/** Its folder and what starts it go in one commit, as a synth without it would have it. */
export async function giveUpEnvironment(api: Api, one: GitOps): Promise<void> {
  const environment = deploymentOf(one.output)?.environment;
  if (environment === undefined) return;
  await one.removeEnvironment(environment);
  await one.push(`without ${environment}`);
  const goes = one.output.files.filter(
    ({ environment: at, object }) => at === environment && !isKept(object),
  );
  const left = async () => {
    const found = await each(goes, ({ object }) => api.get(object));
    return found.flatMap((object) => (object ? [nameOf(object)] : []));
  };
  await until(
    `${environment} is gone`,
    60,
    async () => (await left()).length === 0,
    async () => `still there: ${(await left()).join(', ')}`,
  );
  const kept = one.output.files.filter(
    ({ environment: at, object }) => at === environment && isKept(object),
  );
  const found = await each(kept, async ({ object }) => [object, await api.get(object)] as const);
  refuse(
    'went although it must last',
    found.flatMap(([object, now]) => (now ? [] : [nameOf(object)])),
  );
}

/** What Git says must outlive its file. */
export function isKept({ metadata }: KubeObject): boolean {
  return metadata.annotations?.['kustomize.toolkit.fluxcd.io/prune'] === 'disabled';
}

async function move(one: GitOps, file: OutputFile, from: string, to: string): Promise<void> {
  const item = listedAs(file);
  const [before, after] = [one.pathOf(`${from}/${item}`), one.pathOf(`${to}/${item}`)];
  await mkdir(dirname(after), { recursive: true });
  await rename(before, after);
  await one.relist(from, (listed) => listed.filter((each) => each !== item));
  await one.relist(to, (listed) => [...listed, item]);
  await one.ready(await one.push(`${item} moves from ${from} to ${to}`));
}

/** The policy that lets a Deployment out to what it uses. */
function wayOut({ files }: Output): OutputFile | undefined {
  return files.find((file) => {
    const { kind, metadata } = file.object;
    const isWay = kind === 'NetworkPolicy' && /-(to|external)-/.test(metadata.name);
    return isWay && files.some((each) => isDeploymentOf(each, file));
  });
}

function clientOf({ files }: Output, policy: OutputFile): OutputFile | undefined {
  return files.find((each) => isDeploymentOf(each, policy));
}

function isDeploymentOf(file: OutputFile, { layer, environment, service }: OutputFile): boolean {
  const same = file.environment === environment && file.layer === layer && file.service === service;
  return same && file.object.kind === 'Deployment';
}

/** As the layer's kustomization.yaml names it. */
function listedAs({ path, service }: OutputFile): string {
  return `${service}/${basename(path)}`;
}

function withImage(object: KubeObject, image: string): string {
  const copy = structuredClone(object) as Workload;
  for (const container of copy.spec.template.spec.containers) Object.assign(container, { image });
  return JSON.stringify(copy);
}
