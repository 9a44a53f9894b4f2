import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { goTool } from '../tools.ts';
import type { ControlPlane } from './control-plane.ts';
import { conditionOf, type KubeObject, type NodeObject, type Taint } from './objects.ts';
import { freePort } from './ports.ts';
import { until } from './until.ts';
import type { Workspace } from './workspace.ts';

const ZONES = ['a', 'b', 'c'] as const;
const NODES_PER_ZONE = 2;
const ZONE_LABEL = 'e2e.keelson.invalid/zone';

export type Zone = (typeof ZONES)[number];

/** Our own stages: pods that wait, images that do not exist, and what operators would write. */
const stagesFolder = fileURLToPath(new URL('./stages/', import.meta.url));

/**
 * Six fake nodes in three zones. Each zone has a KWOK process of its own, so a zone is lost as in life: its kubelets fall
 * silent, nobody renews the leases, and nobody finishes the deletion of its pods.
 */
export class Nodes {
  readonly zones = ZONES;
  readonly #workspace: Workspace;
  readonly #plane: ControlPlane;

  constructor(workspace: Workspace, plane: ControlPlane) {
    this.#workspace = workspace;
    this.#plane = plane;
  }

  /** Makes the nodes as the provider would label them; a provider without zones labels a region only. */
  async create(topology: { readonly region: string; readonly zones: boolean }): Promise<void> {
    for (const zone of ZONES) {
      for (let n = 1; n <= NODES_PER_ZONE; n++) {
        await this.#plane.api.apply(nodeObject(`node-${zone}${n}`, zone, topology));
      }
    }
    await Promise.all(ZONES.map((zone) => this.restore(zone)));
  }

  names(zone?: Zone): string[] {
    const zones = zone ? [zone] : ZONES;
    return zones.flatMap((z) =>
      Array.from({ length: NODES_PER_ZONE }, (_, n) => `node-${z}${n + 1}`),
    );
  }

  /** Every kubelet of the zone dies at once. */
  async lose(zone: Zone): Promise<void> {
    await this.#workspace.processes.stop(`kwok-${zone}`, 'at-once');
    await until(`nodes of zone ${zone} are not ready`, 40, async () =>
      (await this.#of(zone)).every((node) => conditionOf(node, 'Ready')?.status !== 'True'),
    );
  }

  /** The zone comes back, and its kubelets finish what was asked of them meanwhile. */
  async restore(zone: Zone): Promise<void> {
    const name = `kwok-${zone}`;
    if (!this.#workspace.processes.isRunning(name)) {
      await this.#startKwok(name, `${ZONE_LABEL}=${zone}`, await podStages(), ZONES.indexOf(zone));
    }
    await this.#workspace.processes.waitFor(name, async () =>
      (await this.#of(zone)).every(
        (node) => conditionOf(node, 'Ready')?.status === 'True' && !node.spec?.taints?.length,
      ),
    );
  }

  /** Adds a NoExecute taint, as a person would, to every node of the zone. */
  async taint(zone: Zone, key: string): Promise<void> {
    await this.#patchTaints(zone, (taints) => [...taints, { key, effect: 'NoExecute' }]);
  }

  async untaint(zone: Zone, key: string): Promise<void> {
    await this.#patchTaints(zone, (taints) => taints.filter((taint) => taint.key !== key));
  }

  /** Gives custom resources the status that their operators would write. */
  async startOperators(kinds: ReadonlySet<string>): Promise<void> {
    const stages = (await yamlFiles(join(stagesFolder, 'operators'))).filter((path) =>
      kinds.has(kindOfStage(path)),
    );
    if (stages.length > 0) await this.#startKwok('kwok-operators', `${ZONE_LABEL}=none`, stages, 9);
  }

  async #patchTaints(zone: Zone, change: (taints: Taint[]) => Taint[]): Promise<void> {
    for (const node of await this.#of(zone)) {
      await this.#plane.api.patch(node, { spec: { taints: change(node.spec?.taints ?? []) } });
    }
  }

  async #of(zone: Zone): Promise<NodeObject[]> {
    const nodes = await this.#plane.api.list<NodeObject>('v1/Node');
    return nodes.filter((node) => node.metadata.labels?.[ZONE_LABEL] === zone);
  }

  async #startKwok(name: string, nodes: string, stages: string[], network: number): Promise<void> {
    const port = await freePort();
    this.#workspace.processes.start(name, await goTool('kwok'), [
      `--kubeconfig=${this.#plane.kubeconfig}`,
      `--manage-nodes-with-label-selector=${nodes}`,
      `--cidr=10.${200 + network}.0.0/16`,
      '--node-ip=127.0.0.1',
      `--node-port=${port}`,
      `--server-address=127.0.0.1:${port}`,
      '--node-lease-duration-seconds=6',
      ...stages.map((path) => `--config=${path}`),
    ]);
  }
}

async function podStages(): Promise<string[]> {
  const upstream = await goTool('kwok/kustomize/stage');
  return [
    join(upstream, 'node/fast/node-initialize.yaml'),
    join(upstream, 'node/heartbeat-with-lease/node-heartbeat-with-lease.yaml'),
    join(upstream, 'pod/fast/pod-complete.yaml'),
    ...(await yamlFiles(join(stagesFolder, 'pods'))),
  ];
}

async function yamlFiles(folder: string): Promise<string[]> {
  const files = await readdir(folder).catch(() => []);
  return files.filter((file) => file.endsWith('.yaml')).map((file) => join(folder, file));
}

/** Stages are named for the kind they serve: `helm.toolkit.fluxcd.io_HelmRelease.yaml`. */
function kindOfStage(path: string): string {
  return basename(path, '.yaml');
}

function nodeObject(
  name: string,
  zone: Zone,
  topology: { readonly region: string; readonly zones: boolean },
): KubeObject {
  const capacity = { cpu: '64', memory: '256Gi', pods: '250', 'ephemeral-storage': '500Gi' };
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      annotations: { 'kwok.x-k8s.io/node': 'fake' },
      labels: {
        [ZONE_LABEL]: zone,
        'kubernetes.io/hostname': name,
        'kubernetes.io/os': 'linux',
        'kubernetes.io/arch': 'amd64',
        'topology.kubernetes.io/region': topology.region,
        ...(topology.zones && { 'topology.kubernetes.io/zone': `${topology.region}${zone}` }),
      },
    },
    status: { allocatable: capacity, capacity },
  };
}
