import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { get } from 'node:https';
import { goTool } from '../tools.ts';
import { Api } from './api.ts';
import { makeCertificate } from './certificate.ts';
import { freePort } from './ports.ts';
import type { Workspace } from './workspace.ts';

export interface ControlPlane {
  readonly api: Api;
  readonly kubeconfig: string;
}

/** Starts etcd, the API server, the controller manager and the scheduler, all real, on 127.0.0.1. */
export async function startControlPlane(workspace: Workspace): Promise<ControlPlane> {
  const store = await startEtcd(workspace);
  const port = await freePort();
  const token = randomBytes(16).toString('hex');
  const kubeconfig = workspace.path('kubeconfig');
  await writeFile(kubeconfig, kubeconfigText(port, token), { mode: 0o600 });

  const api = new Api(port, token);
  workspace.onClose(() => api.close());
  await startApiServer(workspace, { port, token, store });
  await workspace.processes.waitFor('kube-apiserver', async () => {
    return (await api.send('GET', '/readyz')).status === 200;
  });
  await startControllers(workspace, kubeconfig);
  return { api, kubeconfig };
}

async function startEtcd(workspace: Workspace): Promise<string> {
  const client = `http://127.0.0.1:${await freePort()}`;
  const peer = `http://127.0.0.1:${await freePort()}`;
  workspace.processes.start('etcd', await goTool('etcd'), [
    '--name=e2e',
    `--data-dir=${workspace.path('etcd')}`,
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=e2e=${peer}`,
    '--unsafe-no-fsync',
    '--log-level=warn',
  ]);
  return client;
}

async function startApiServer(
  workspace: Workspace,
  { port, token, store }: { port: number; token: string; store: string },
): Promise<void> {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  await mkdir(workspace.path('pki'), { recursive: true });
  const pki = (file: string) => workspace.path('pki', file);
  await writeFile(pki('sa.key'), privateKey.export({ type: 'pkcs1', format: 'pem' }), {
    mode: 0o600,
  });
  await writeFile(pki('sa.pub'), publicKey.export({ type: 'spki', format: 'pem' }));
  await writeFile(pki('tokens.csv'), `${token},admin,admin,"system:masters"\n`, { mode: 0o600 });
  await makeCertificate(pki('proxy.crt'), pki('proxy.key'));

  workspace.processes.start('kube-apiserver', await goTool('kube/kube-apiserver'), [
    `--etcd-servers=${store}`,
    '--bind-address=127.0.0.1',
    '--advertise-address=127.0.0.1',
    '--endpoint-reconciler-type=none', // the default refuses a loopback address
    `--secure-port=${port}`,
    `--cert-dir=${workspace.path('pki')}`,
    `--token-auth-file=${pki('tokens.csv')}`,
    '--authorization-mode=RBAC',
    '--service-account-issuer=https://kubernetes.default.svc.cluster.local',
    `--service-account-key-file=${pki('sa.pub')}`,
    `--service-account-signing-key-file=${pki('sa.key')}`,
    '--service-cluster-ip-range=10.96.0.0/16',
    '--allow-privileged=true',
    `--proxy-client-cert-file=${pki('proxy.crt')}`, // asks the metrics stub
    `--proxy-client-key-file=${pki('proxy.key')}`,
    // A lost zone evicts after seconds, where a real cluster waits five minutes.
    '--default-not-ready-toleration-seconds=2',
    '--default-unreachable-toleration-seconds=2',
  ]);
}

async function startControllers(workspace: Workspace, kubeconfig: string): Promise<void> {
  const common = [
    `--kubeconfig=${kubeconfig}`,
    `--authentication-kubeconfig=${kubeconfig}`,
    `--authorization-kubeconfig=${kubeconfig}`,
    '--bind-address=127.0.0.1',
    '--leader-elect=false',
    '--kube-api-qps=500',
    '--kube-api-burst=1000',
  ];
  const manager = await freePort();
  workspace.processes.start(
    'kube-controller-manager',
    await goTool('kube/kube-controller-manager'),
    [
      ...common,
      `--secure-port=${manager}`,
      '--use-service-account-credentials=true',
      `--service-account-private-key-file=${workspace.path('pki', 'sa.key')}`,
      `--root-ca-file=${workspace.path('pki', 'apiserver.crt')}`,
      '--controllers=*,-persistentvolume-attach-detach-controller,-node-ipam-controller',
      '--node-monitor-period=1s',
      '--node-monitor-grace-period=8s',
      '--node-eviction-rate=10',
      '--secondary-node-eviction-rate=10',
      '--large-cluster-size-threshold=0', // else evictions stop in a cluster of six nodes
      '--horizontal-pod-autoscaler-sync-period=1s',
      '--horizontal-pod-autoscaler-downscale-stabilization=2s',
      '--horizontal-pod-autoscaler-cpu-initialization-period=0s',
      '--horizontal-pod-autoscaler-initial-readiness-delay=0s',
    ],
  );
  const scheduler = await freePort();
  workspace.processes.start('kube-scheduler', await goTool('kube/kube-scheduler'), [
    ...common,
    `--secure-port=${scheduler}`,
  ]);
  const healthy = (port: number) => () => answers(`https://127.0.0.1:${port}/healthz`);
  await workspace.processes.waitFor('kube-controller-manager', healthy(manager));
  await workspace.processes.waitFor('kube-scheduler', healthy(scheduler));
}

/** Whether a server, whose certificate is of its own making, says 200. */
function answers(url: string): Promise<boolean> {
  return new Promise((done, reject) => {
    get(url, { rejectUnauthorized: false }, (response) => {
      response.resume();
      done(response.statusCode === 200);
    }).on('error', reject);
  });
}

function kubeconfigText(port: number, token: string): string {
  const server = `https://127.0.0.1:${port}`;
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'e2e', cluster: { server, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'admin', user: { token } }],
    contexts: [{ name: 'e2e', context: { cluster: 'e2e', user: 'admin' } }],
    'current-context': 'e2e',
  });
}
