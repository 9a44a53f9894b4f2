import { mkdir } from 'node:fs/promises';
import { goTool } from '../tools.ts';
import type { ControlPlane } from './control-plane.ts';
import { startGitServer } from './git-server.ts';
import { assertLoopbackOnly, freePort } from './ports.ts';
import type { Workspace } from './workspace.ts';

/** Where Flux lives, and where its objects are. */
export const FLUX_NAMESPACE = 'flux-system';

/** Sources with this label are fetched for real; all others (charts on the internet) get their status from a stage. */
export const FETCHED = { 'e2e.keelson.invalid/fetched': 'true' };

export interface Flux {
  /** The folder of the repositories, and the address at which Flux finds them. */
  readonly gitRoot: string;
  readonly gitUrl: string;
}

/** Starts the real source and kustomize controllers and a Git server for them. Their CRDs must be served by now. */
export async function startFlux(workspace: Workspace, plane: ControlPlane): Promise<Flux> {
  const gitRoot = workspace.path('git');
  await mkdir(gitRoot, { recursive: true });
  const gitUrl = await startGitServer(workspace, gitRoot);
  const metadata = { name: FLUX_NAMESPACE };
  await plane.api.apply({ apiVersion: 'v1', kind: 'Namespace', metadata });

  const storage = workspace.path('artifacts'); // source-controller does not make it itself
  await mkdir(storage, { recursive: true });
  const address = `127.0.0.1:${await freePort()}`;
  const [label] = Object.entries(FETCHED);
  await startController(workspace, plane, 'source-controller', [
    `--storage-path=${storage}`,
    `--storage-addr=${address}`,
    `--storage-adv-addr=${address}`,
    `--watch-label-selector=${label?.join('=')}`,
  ]);
  await startController(workspace, plane, 'kustomize-controller', [
    '--concurrent=16',
    '--feature-gates=CancelHealthCheckOnNewRevision=true', // as the output pins it
    '--min-retry-delay=200ms',
    '--no-remote-bases',
    '--requeue-dependency=1s',
  ]);
  await assertLoopbackOnly(workspace.processes.ids());
  return { gitRoot, gitUrl };
}

async function startController(
  { processes }: Workspace,
  { kubeconfig }: ControlPlane,
  name: 'source-controller' | 'kustomize-controller',
  args: readonly string[],
): Promise<void> {
  const health = `127.0.0.1:${await freePort()}`;
  const common = [
    // Without an address each of these listens on every interface.
    `--metrics-addr=127.0.0.1:${await freePort()}`,
    `--health-addr=${health}`,
    '--events-addr=',
    '--interval-jitter-percentage=0',
    '--log-level=info',
  ];
  const environment = { KUBECONFIG: kubeconfig, RUNTIME_NAMESPACE: FLUX_NAMESPACE };
  processes.start(name, await goTool(name), [...common, ...args], environment);
  await processes.waitFor(name, async () => (await fetch(`http://${health}/readyz`)).ok);
}
