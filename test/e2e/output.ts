import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { KeelsonError } from '../../src/core/errors.ts';
import type { KubernetesVersion } from '../../src/core/schema.ts';
import type { LayerOrder } from '../../src/gitops/order.ts';
import { buildAll } from '../../src/operations/workspace.ts';
import { CannotRun } from '../tools.ts';
import { type Declared, declaredBy } from './declared.ts';
import { type KubeObject, parseObjects } from './objects.ts';
import { isEncrypted, opened } from './sealed.ts';

/** One file of `dist/`, as a reviewer sees it. */
export interface OutputFile {
  /** Below the cluster's folder. */
  readonly path: string;
  readonly text: string;
  readonly object: KubeObject;
  readonly environment: string;
  readonly layer: string;
  readonly service: string;
  /** Whether it is ciphertext in Git; text and object are then what Flux applies. */
  readonly encrypted: boolean;
}

/** What is written for one cluster of one platform: all that this cluster may read. */
export interface Output {
  /** `<platform>/<cluster>`. */
  readonly name: string;
  readonly folder: string;
  readonly region: string;
  /** Whether the provider labels its nodes with zones. */
  readonly zones: boolean;
  readonly kubernetes: KubernetesVersion;
  readonly files: readonly OutputFile[];
  /** For each layer, `<environment>/<layer>`, those that must be there first; in an order that honours it. */
  readonly layers: ReadonlyMap<string, readonly string[]>;
  /** What the program says may talk to whom. */
  readonly declared: readonly Declared[];
  /** Several clusters that are tried together; otherwise the output itself. */
  readonly parts: readonly Output[];
}

const project = fileURLToPath(new URL('../../', import.meta.url));
const fixtureFolder = fileURLToPath(new URL('./fixture/', import.meta.url));
const SHARED = 'shared';
const NAMESPACE = 'namespace';

/** Every cluster of every platform in `charts/`, as it stands in `dist/`. */
export async function readOutputs(platform?: string): Promise<Output[]> {
  const program = 'charts/main.ts';
  if (!import.meta.resolve('keelson').endsWith('/src/index.ts')) {
    // Platforms would be made by the compiled library, and looked at by this one.
    throw new CannotRun("needs 'node --conditions=keelson-source'; run 'make e2e'");
  }
  if (!existsSync(join(project, program))) return [];
  const options = { folder: project, program, timeoutSeconds: 30, ...(platform && { platform }) };
  const built = await buildAll(options).catch((error: unknown) => {
    if (error instanceof KeelsonError) throw new CannotRun(error.message, { cause: error });
    throw error;
  });
  return Promise.all(
    built.map(async ({ model, order }) => {
      const { cluster, platform } = model;
      const name = `${platform}/${cluster.name}`;
      const folder = join(project, 'dist', name);
      if (!existsSync(folder)) {
        throw new CannotRun(`dist/${name} does not exist; run 'npx keelson synth' first`);
      }
      return readOutput(folder, {
        name,
        region: cluster.region ?? 'region',
        zones: cluster.provider !== 'digitalocean' && cluster.zones.length > 1,
        kubernetes: cluster.kubernetes,
        declared: declaredBy(model),
        order,
      });
    }),
  );
}

const FIXTURE_CONNECTION: Declared = {
  name: 'web DB',
  from: { namespace: 'fixture-prod', labels: { 'app.kubernetes.io/name': 'web' } },
  to: { namespace: 'fixture-prod', labels: { 'app.kubernetes.io/name': 'db' } },
  ports: [5432],
  ours: 'both',
};

/** A small platform written by hand: what every negative case is made from. */
export function readFixture(): Promise<Output> {
  const order: LayerOrder = new Map();
  const declared = [FIXTURE_CONNECTION];
  const facts = { region: 'region', zones: true, kubernetes: '1.35' as const, declared, order };
  return readOutput(fixtureFolder, { name: 'fixture', ...facts });
}

/** The same output with some objects changed or, where `change` gives undefined, left out. */
export function changed(
  output: Output,
  change: (object: KubeObject) => KubeObject | undefined,
): Output {
  const files = output.files.flatMap((file) => {
    const object = change(structuredClone(file.object));
    return object ? { ...file, object, text: JSON.stringify(object) } : [];
  });
  return { ...output, files };
}

/** Fake pods need no time to prove themselves: `minReadySeconds` is cut to one, or every step would wait for it. */
export function hastened(output: Output): Output {
  return changed(output, (object) => {
    const { spec } = object as { spec?: { minReadySeconds?: number } };
    if (spec?.minReadySeconds) spec.minReadySeconds = 1;
    return object;
  });
}

/** `<environment>/<layer>`. */
export function layerOf({ environment, layer }: OutputFile): string {
  return `${environment}/${layer}`;
}

export function deploymentOf({ files }: Output): OutputFile | undefined {
  return files.find(({ object }) => object.kind === 'Deployment');
}

/** The namespaces that an output makes. */
export function namespacesOf({ files }: Output): Set<string> {
  return new Set(
    files.flatMap(({ object }) => (object.kind === 'Namespace' ? object.metadata.name : [])),
  );
}

async function readOutput(
  folder: string,
  {
    order,
    ...facts
  }: Pick<Output, 'name' | 'region' | 'zones' | 'kubernetes' | 'declared'> & {
    readonly order: LayerOrder;
  },
): Promise<Output> {
  const paths = await readdir(folder, { recursive: true });
  const files = await Promise.all(
    paths
      .filter((path) => /^[^/]+\/[^/]+\/[^/]+\/[^/]+\.yaml$/.test(path))
      .sort()
      .map((path) => readFileOf(folder, path)),
  );
  const layers = inOrder(dependencies(files, order));
  const output = { ...facts, folder, files, layers, parts: [] };
  return { ...output, parts: [output] };
}

async function readFileOf(folder: string, path: string): Promise<OutputFile> {
  const text = await readFile(join(folder, path), 'utf8');
  const [object, ...others] = parseObjects(text);
  if (!object || others.length > 0) {
    throw new CannotRun(`${relative(project, join(folder, path))}: a file must hold one object`);
  }
  const [environment = '', layer = '', service = ''] = path.split('/');
  const file = { path, environment, layer, service };
  if (!isEncrypted(object)) return { ...file, text, object, encrypted: false };
  const secret = opened(object);
  return { ...file, text: JSON.stringify(secret), object: secret, encrypted: true };
}

/** Namespaces, then what the cluster shares, then each environment as its connections ask. */
function dependencies(files: readonly OutputFile[], order: LayerOrder): Map<string, Set<string>> {
  const layers = new Set(files.map(layerOf));
  const isNamespace = (layer: string) => layer.endsWith(`/${NAMESPACE}`);
  const first = [...layers].filter(isNamespace);
  const shared = [...layers].filter((key) => key.startsWith(`${SHARED}/`) && !isNamespace(key));
  return new Map(
    [...layers].map((layer) => {
      if (isNamespace(layer)) return [layer, new Set<string>()];
      const steps = layer.endsWith('-after') ? [layer.replace(/-after$/, '')] : [`${layer}-before`];
      const declared = [...(order.get(layer)?.keys() ?? [])];
      const before = layer.startsWith(`${SHARED}/`) ? [] : shared;
      const needed = [...first, ...before, ...steps, ...declared].filter((key) => layers.has(key));
      return [layer, new Set(needed)];
    }),
  );
}

function inOrder(needs: ReadonlyMap<string, ReadonlySet<string>>): Map<string, string[]> {
  const sorted = new Map<string, string[]>();
  const visit = (layer: string): void => {
    if (sorted.has(layer)) return;
    for (const needed of needs.get(layer) ?? []) visit(needed);
    sorted.set(layer, [...(needs.get(layer) ?? [])]);
  };
  for (const layer of needs.keys()) visit(layer);
  return sorted;
}
