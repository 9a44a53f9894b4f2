import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Api, MERGE } from './api.ts';
import { Failure } from './failure.ts';
import { FETCHED, type Flux } from './flux.ts';
import { GitRepository } from './git-repository.ts';
import { type Condition, conditionOf, type KubeObject, nameOf, readObjects } from './objects.ts';
import type { Output, OutputFile } from './output.ts';
import { harnessKey, sealedFor } from './sealed.ts';
import { each, until } from './until.ts';

export interface Kustomization extends KubeObject {
  spec: { path: string; dependsOn?: { name: string }[] };
  status?: { conditions?: Condition[]; lastAppliedRevision?: string };
}

interface Source extends KubeObject {
  status?: { artifact?: { revision: string } };
}

const FLUX = 'flux';

/** A file of the `flux/` folder. */
interface Starter {
  readonly file: string;
  readonly object: KubeObject;
}

/** One cluster's output in a repository of its own, and Flux following it. */
export class GitOps {
  readonly output: Output;
  /** What starts Flux, one for each layer, as the output says. */
  readonly kustomizations: readonly Kustomization[];
  readonly #api: Api;
  readonly #repository: GitRepository;
  readonly #source: KubeObject;
  /** Of the output's folder in the repository, as the Kustomizations expect it. */
  readonly #root: string;

  private constructor(api: Api, output: Output, repository: GitRepository, starters: KubeObject[]) {
    this.output = output;
    this.kustomizations = starters.filter(isKustomization);
    this.#api = api;
    this.#repository = repository;
    this.#source = starters.find(({ kind }) => kind === 'GitRepository') as KubeObject;
    this.#root = rootOf(output, this.kustomizations);
  }

  /** Pushes the output, and applies its own `flux/` folder as somebody who sets up a cluster does. */
  static async bootstrap(
    api: Api,
    flux: Flux,
    output: Output,
    plant: (starter: KubeObject) => KubeObject = (starter) => starter,
  ): Promise<GitOps> {
    const name = output.name.replaceAll('/', '-');
    const repository = await GitRepository.create(flux.gitRoot, name);
    const own = await startersOf(output, `flux-${name}`, `${flux.gitUrl}/${name}.git`);
    const starters = own.map(({ file, object }) => ({ file, object: plant(object) }));
    const objects = starters.map(({ object }) => object);
    const gitOps = new GitOps(api, output, repository, objects);
    await repository.replaceBy(output.folder, gitOps.#root);
    // What a negative case has planted is in the files, not in the folder.
    const key = await harnessKey();
    for (const { encrypted, object, path, text } of output.files) {
      const written = encrypted ? await sealedFor(key.recipient, object) : text;
      await writeFile(gitOps.pathOf(path), written);
    }
    // Flux applies this folder too, so it has to say what the harness has changed.
    for (const { file, object } of starters) {
      await writeFile(gitOps.pathOf(join(FLUX, file)), JSON.stringify(object));
    }
    await repository.push('everything');
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: `flux-${name}` } };
    await api.apply(namespace);
    await api.apply(plant(key.secret(namespace.metadata.name)));
    await each(objects, (object) => api.apply(object));
    return gitOps;
  }

  /** Where a file of the output is in the working copy. */
  pathOf(file: string): string {
    return join(this.#repository.folder, this.#root, file);
  }

  /** The Kustomization of a layer, as it is on the cluster. */
  async layer(layer: string): Promise<Kustomization> {
    return this.#current(this.#of(layer));
  }

  /** The layers that wait for a layer. */
  layersAfter(layer: string): string[] {
    const { name } = this.#of(layer).metadata;
    return [...this.output.layers.keys()].filter((key) => needsOf(this.#of(key)).includes(name));
  }

  /** Commits what changed in the working copy, and waits until Flux has fetched it. */
  async push(message: string): Promise<string> {
    const revision = await this.#repository.push(message);
    await this.#request(this.#source);
    await until(`Flux fetches '${message}'`, 30, async () => {
      return (await this.#api.get<Source>(this.#source))?.status?.artifact?.revision === revision;
    });
    return revision;
  }

  /** Waits until every layer has applied a revision and is Ready. */
  async ready(revision: string, seconds = 60): Promise<void> {
    const open = async () => {
      const found = await each(this.kustomizations, (one) => this.#current(one));
      return found.filter(
        (one) =>
          one.status?.lastAppliedRevision !== revision ||
          conditionOf(one, 'Ready')?.status !== 'True',
      );
    };
    await until(
      `every layer is Ready at ${revision}`,
      seconds,
      async () => (await open()).length === 0,
      async () =>
        (await open())
          .map((one) => `${one.metadata.name}: ${conditionOf(one, 'Ready')?.message}`)
          .join('; '),
    );
  }

  /** Asks Flux to look at a layer now, as `flux reconcile` does. */
  async reconcile(layer: string): Promise<void> {
    await this.#request(this.#of(layer));
  }

  /** Takes a service out of its layer, as the next synth would. */
  async removeService({ environment, layer, service }: OutputFile): Promise<void> {
    const folder = this.pathOf(join(environment, layer));
    await rm(join(folder, service), { recursive: true });
    const file = join(folder, 'kustomization.yaml');
    const lines = (await readFile(file, 'utf8')).split('\n');
    const kept = lines.filter((line) => !line.trim().startsWith(`- ${service}/`)).join('\n');
    // A layer must not be empty for kustomize, and what is in it must not matter.
    const { namespace = '' } = this.#source.metadata;
    await writeFile(join(folder, 'placeholder.yaml'), JSON.stringify(placeholder(namespace)));
    const indent = /^( *)- /m.exec(lines.join('\n'))?.[1] ?? '';
    const first = `resources:\n${indent}- placeholder.yaml`;
    await writeFile(file, kept.replace(/^resources:.*$/m, first));
  }

  /** Changes what a layer lists, as the next synth would. */
  async relist(layer: string, change: (listed: readonly string[]) => string[]): Promise<void> {
    const file = this.pathOf(join(layer, 'kustomization.yaml'));
    const [head = '', ...items] = (await readFile(file, 'utf8')).split(/^ *- /m);
    const listed = change(items.map((item) => item.trim()));
    await writeFile(file, `${head}${listed.map((item) => `- ${item}\n`).join('')}`);
  }

  /** Takes an environment out of the folder that starts Flux, and of the tree: as the next synth would. */
  async removeEnvironment(environment: string): Promise<void> {
    const own = (spec: { path: string }) => new RegExp(`/${environment}(/[^/]+)?$`).test(spec.path);
    const gone = this.kustomizations
      .filter(({ spec }) => own(spec))
      .map(({ metadata }) => metadata.name);
    await this.relist(FLUX, (listed) =>
      listed.filter((file) => !gone.some((name) => file === `kustomization-${name}.yaml`)),
    );
    await rm(this.pathOf(environment), { recursive: true });
  }

  /** Takes everything away as somebody who gives a cluster up does: by the one that keeps the others. */
  async remove(): Promise<void> {
    const root = this.kustomizations.find(({ spec }) => spec.path.endsWith(`/${FLUX}`));
    if (!root) throw new Failure(`flux/ of ${this.output.name} does not follow itself`);
    await this.#api.delete(root);
    await until(
      'Flux has taken everything away',
      60,
      async () => (await this.#left()).length === 0,
      async () => (await this.#left()).map(nameOf).join(', '),
    );
    const { namespace = '' } = this.#source.metadata;
    await this.#api.delete({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  }

  async #left(): Promise<KubeObject[]> {
    const found = await each([...this.kustomizations, this.#source], (one) => this.#api.get(one));
    return found.flatMap((one) => one ?? []);
  }

  async #current(one: Kustomization): Promise<Kustomization> {
    const found = await this.#api.get<Kustomization>(one);
    if (!found) throw new Failure(`Kustomization ${one.metadata.name} is gone`);
    return found;
  }

  #of(layer: string): Kustomization {
    const found = this.kustomizations.find(({ spec }) => spec.path.endsWith(`/${layer}`));
    if (!found) throw new Failure(`flux/ has no Kustomization for ${layer}`);
    return found;
  }

  async #request(object: KubeObject): Promise<void> {
    const annotations = { 'reconcile.fluxcd.io/requestedAt': new Date().toISOString() };
    await this.#api.patch(object, { metadata: { annotations } }, { type: MERGE });
  }
}

/** The layers that one waits for. */
export function needsOf({ spec }: Kustomization): string[] {
  return (spec.dependsOn ?? []).map(({ name }) => name);
}

/**
 * The `flux/` folder with three changes: a namespace of its own, for several clusters share this one; the address of our Git
 * server; and no key for it.
 */
async function startersOf(output: Output, namespace: string, url: string): Promise<Starter[]> {
  const folder = join(output.folder, FLUX);
  const files = (await readdir(folder).catch(() => [])).filter(
    (file) => file.endsWith('.yaml') && file !== 'kustomization.yaml',
  );
  if (files.length === 0) throw new Failure(`${output.name} has no flux/ folder: declare 'git'`);
  const found = await each(files, async (file) =>
    (await readObjects(join(folder, file))).map((object) => ({ file, object })),
  );
  return found.flat().map(({ file, object }) => {
    const metadata = { ...object.metadata, namespace };
    if (object.kind !== 'GitRepository') return { file, object: { ...object, metadata } };
    const { secretRef: _, ...spec } = object['spec'] as Record<string, unknown>;
    const labels = { ...metadata.labels, ...FETCHED };
    return {
      file,
      object: { ...object, metadata: { ...metadata, labels }, spec: { ...spec, url } },
    };
  });
}

function rootOf({ layers, name }: Output, kustomizations: readonly Kustomization[]): string {
  for (const { spec } of kustomizations) {
    const layer = [...layers.keys()].find((key) => spec.path.endsWith(`/${key}`));
    if (layer) return spec.path.slice(0, -layer.length - 1);
  }
  throw new Failure(`no Kustomization in flux/ of ${name} points to one of its layers`);
}

function isKustomization(object: KubeObject): object is Kustomization {
  return object.kind === 'Kustomization';
}

function placeholder(namespace: string): KubeObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'e2e-placeholder', namespace } };
}
