import type { Api } from './api.ts';
import { type ControlPlane, startControlPlane } from './control-plane.ts';
import { installCrds } from './crds.ts';
import { Nodes } from './nodes.ts';
import { type KubeObject, nameOf } from './objects.ts';
import { namespacesOf, type Output, type OutputFile } from './output.ts';
import { PodObserver } from './pod-observer.ts';
import { assertLoopbackOnly } from './ports.ts';
import { settled } from './settled.ts';
import { each, until } from './until.ts';
import { startProvisioner, storageClassesFor } from './volumes.ts';
import type { Workspace } from './workspace.ts';

/** The real control plane with fake nodes, on which one output after the other is tried. */
export class LiveCluster {
  readonly workspace: Workspace;
  readonly plane: ControlPlane;
  readonly nodes: Nodes;
  readonly pods: PodObserver;

  private constructor(workspace: Workspace, plane: ControlPlane, nodes: Nodes, pods: PodObserver) {
    this.workspace = workspace;
    this.plane = plane;
    this.nodes = nodes;
    this.pods = pods;
  }

  static async start(workspace: Workspace): Promise<LiveCluster> {
    const plane = await startControlPlane(workspace);
    const kinds = await installCrds(plane.api);
    const nodes = new Nodes(workspace, plane);
    await nodes.create({ region: 'region', zones: true });
    await nodes.startOperators(kinds);
    const pods = new PodObserver();
    workspace.onClose(await pods.observe(plane.api));
    workspace.onClose(await startProvisioner(plane.api));
    await assertLoopbackOnly(
      new Map([...workspace.processes.ids(), [process.pid, 'the test run']]),
    );
    return new LiveCluster(workspace, plane, nodes, pods);
  }

  get api(): Api {
    return this.plane.api;
  }

  /** Nodes and storage classes as this output's provider would have them. */
  async prepare(output: Output): Promise<void> {
    await this.nodes.create(output);
    const classes = storageClassesFor(output.files.map(({ object }) => object));
    await each(classes, (object) => this.api.apply(object));
  }

  /** Applies every file in the order of the layers; gives what the API server warned of. */
  async apply(output: Output): Promise<string[]> {
    const warnings: string[] = [];
    for (const layer of output.layers.keys()) {
      const files = output.files.filter((file) => `${file.environment}/${file.layer}` === layer);
      // A namespace before what lies in it.
      const [first, rest] = [files.filter(isNamespace), files.filter((file) => !isNamespace(file))];
      for (const batch of [first, rest]) {
        for (const result of await each(batch, (file) => this.#applyFile(file))) {
          warnings.push(...result.warnings.map((text) => `${nameOf(result.object)}: ${text}`));
        }
      }
    }
    return warnings;
  }

  /** Makes this the output that the cluster runs. */
  async hold(output: Output): Promise<void> {
    await this.prepare(output);
    await this.apply(output);
    await this.settle();
  }

  /** Waits until everything that runs is complete; says what is missing otherwise. */
  async settle(seconds = 60): Promise<void> {
    await until(
      'every workload is complete',
      seconds,
      async () => {
        return (await settled(this.api)).length === 0;
      },
      async () => (await settled(this.api, 'explain')).join('; '),
    );
  }

  /** Removes what an output has brought, and waits until the cluster is as empty as before. */
  async remove(output: Output): Promise<void> {
    const objects = output.files.map(({ object }) => object).reverse();
    const guards = objects.filter((object) =>
      object.apiVersion.startsWith('admissionregistration'),
    );
    for (const batch of [guards, objects]) await each(batch, (object) => this.#delete(object));
    const namespaces = namespacesOf(output);
    await until(`the namespaces of ${output.name} are gone`, 90, async () => {
      const left = await this.api.list('v1/Namespace');
      return !left.some(({ metadata }) => namespaces.has(metadata.name));
    });
    await each(await this.api.list('v1/PersistentVolume'), (volume) => this.#delete(volume));
  }

  async #applyFile({ object, text }: OutputFile) {
    return this.api.apply(object, {}, text);
  }

  async #delete(object: KubeObject): Promise<void> {
    if (object.kind === 'CustomResourceDefinition') return;
    await this.api.delete(object).catch(() => undefined);
  }
}

function isNamespace({ object }: OutputFile): boolean {
  return object.kind === 'Namespace';
}
