import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Api } from './api.ts';
import { Failure } from './failure.ts';
import { FETCHED, FLUX_NAMESPACE, type Flux } from './flux.ts';
import { GitRepository } from './git-repository.ts';
import { type Condition, conditionOf, type KubeObject } from './objects.ts';
import type { Output, OutputFile } from './output.ts';
import { each, until } from './until.ts';

const KUSTOMIZATION = 'kustomize.toolkit.fluxcd.io/v1';
const SOURCE = 'source.toolkit.fluxcd.io/v1';

interface FluxObject extends KubeObject {
  spec: Record<string, unknown>;
  status?: {
    conditions?: Condition[];
    lastAppliedRevision?: string;
    artifact?: { revision: string };
  };
}

/** One cluster's output in a repository of its own, and Flux following it. */
export class GitOps {
  readonly output: Output;
  readonly repository: GitRepository;
  readonly #api: Api;
  readonly #name: string;
  #requests = 0;

  private constructor(api: Api, output: Output, repository: GitRepository, name: string) {
    this.#api = api;
    this.output = output;
    this.repository = repository;
    this.#name = name;
  }

  /** Pushes the output and applies what starts Flux: its source, and a Kustomization for every layer. */
  static async bootstrap(api: Api, flux: Flux, output: Output): Promise<GitOps> {
    const name = output.name.replaceAll('/', '-');
    const repository = await GitRepository.create(flux.gitRoot, name);
    await repository.replaceBy(output.folder);
    for (const { object, path, text } of output.files) {
      // A planted change is in the objects, not in the folder.
      await writeFile(join(repository.folder, path), text || JSON.stringify(object));
    }
    await repository.push('everything');
    const gitOps = new GitOps(api, output, repository, name);
    await api.apply(gitOps.#source(`${flux.gitUrl}/${name}.git`));
    await each([...output.layers], ([layer, needed]) => api.apply(gitOps.#layer(layer, needed)));
    return gitOps;
  }

  /** The name of a layer's Kustomization. */
  nameOf(layer: string): string {
    return `${this.#name}-${layer.replaceAll('/', '-')}`;
  }

  get kustomizations(): string[] {
    return [...this.output.layers.keys()].map((layer) => this.nameOf(layer));
  }

  async kustomization(name: string): Promise<FluxObject> {
    const found = await this.#api.get<FluxObject>(fluxObject(KUSTOMIZATION, 'Kustomization', name));
    if (!found) throw new Failure(`Kustomization ${name} is gone`);
    return found;
  }

  /** Commits what changed in the working copy, and waits until Flux has fetched it. */
  async push(message: string): Promise<string> {
    const revision = await this.repository.push(message);
    const source = fluxObject(SOURCE, 'GitRepository', this.#name);
    await this.#request(source);
    await until(`Flux fetches '${message}'`, 30, async () => {
      return (await this.#api.get<FluxObject>(source))?.status?.artifact?.revision === revision;
    });
    return revision;
  }

  /** Waits until every layer has applied a revision and is Ready. */
  async ready(revision: string, seconds = 60): Promise<void> {
    const open = async () => {
      const found = await each(this.kustomizations, (name) => this.kustomization(name));
      return found.filter(
        (one) =>
          one.status?.lastAppliedRevision !== revision ||
          conditionOf(one, 'Ready')?.status !== 'True',
      );
    };
    const explain = async () =>
      (await open())
        .map((one) => `${one.metadata.name}: ${conditionOf(one, 'Ready')?.message}`)
        .join('; ');
    await until(
      `every layer is Ready at ${revision}`,
      seconds,
      async () => (await open()).length === 0,
      explain,
    );
  }

  /** Asks Flux to look at a layer now, as `flux reconcile` does. */
  async reconcile(layer: string): Promise<void> {
    await this.#request(fluxObject(KUSTOMIZATION, 'Kustomization', this.nameOf(layer)));
  }

  /** Takes a service out of its layer, as the next synth would. */
  async removeService(service: OutputFile): Promise<void> {
    const layer = join(this.repository.folder, service.environment, service.layer);
    await rm(join(layer, service.service), { recursive: true });
    const file = join(layer, 'kustomization.yaml');
    const lines = (await readFile(file, 'utf8')).split('\n');
    const kept = lines.filter((line) => !new RegExp(`^\\s*- ${service.service}/`).test(line));
    // A layer must not be empty for kustomize, and what is in it must not matter.
    await writeFile(join(layer, 'placeholder.yaml'), JSON.stringify(placeholder(this.#name)));
    await writeFile(
      file,
      kept.join('\n').replace(/^resources:$/m, 'resources:\n- placeholder.yaml'),
    );
  }

  /** Takes Flux away, the last layers first: a layer that still looks at the health of what is pruned would wait for it. */
  async remove(): Promise<void> {
    for (const name of this.kustomizations.reverse()) {
      const layer = fluxObject(KUSTOMIZATION, 'Kustomization', name);
      await this.#api.delete(layer);
      await until(`Flux has pruned ${name}`, 60, async () => !(await this.#api.get(layer)));
    }
    await this.#api.delete(fluxObject(SOURCE, 'GitRepository', this.#name));
  }

  async #request(object: KubeObject): Promise<void> {
    const requested = `${Date.now()}-${this.#requests++}`;
    const annotations = { 'reconcile.fluxcd.io/requestedAt': requested };
    await this.#api.patch(object, { metadata: { annotations } });
  }

  #source(url: string): KubeObject {
    const source = fluxObject(SOURCE, 'GitRepository', this.#name);
    const spec = { url, interval: '10m', ref: { branch: 'main' } };
    return { ...source, metadata: { ...source.metadata, labels: FETCHED }, spec };
  }

  #layer(layer: string, needed: readonly string[]): KubeObject {
    const spec = {
      interval: '10m',
      retryInterval: '2s',
      timeout: '2m',
      path: `./${layer}`,
      prune: true,
      wait: true,
      sourceRef: { kind: 'GitRepository', name: this.#name },
      dependsOn: needed.map((key) => ({ name: this.nameOf(key) })),
    };
    return { ...fluxObject(KUSTOMIZATION, 'Kustomization', this.nameOf(layer)), spec };
  }
}

function fluxObject(apiVersion: string, kind: string, name: string): KubeObject {
  return { apiVersion, kind, metadata: { name, namespace: FLUX_NAMESPACE } };
}

function placeholder(name: string): KubeObject {
  const metadata = { name: `e2e-placeholder-${name}`, namespace: 'default' };
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata };
}
