import { readFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { Api } from './api.ts';
import { makeCertificate } from './certificate.ts';
import type { Pod } from './objects.ts';
import type { PodObserver } from './pod-observer.ts';
import { freePort } from './ports.ts';
import { until } from './until.ts';
import type { Workspace } from './workspace.ts';

const GROUP = 'metrics.k8s.io';
const VERSION = 'v1beta1';
const BASE = `/apis/${GROUP}/${VERSION}`;

interface Requests {
  resources?: { requests?: Record<string, string> };
}

/** Plays metrics-server: every pod uses the same percentage of what it requests. */
export class MetricsStub {
  /** Percent of each container's requests; undefined: no pod has any metrics, and nothing is scaled. */
  usagePercent: number | undefined;
  readonly #pods: PodObserver;

  private constructor(pods: PodObserver) {
    this.#pods = pods;
  }

  /** Registers itself as the metrics API of the cluster; what is not needed any more goes with the run. */
  static async start(workspace: Workspace, api: Api, pods: PodObserver): Promise<MetricsStub> {
    const stub = new MetricsStub(pods);
    const [cert, key] = [
      workspace.path('pki', 'metrics.crt'),
      workspace.path('pki', 'metrics.key'),
    ];
    await makeCertificate(cert, key);
    const files = { cert: await readFile(cert), key: await readFile(key) };
    const server = createServer(files, (request, response) => {
      const body = stub.#answer(new URL(request.url ?? '/', 'https://localhost'));
      response.setHeader('content-type', 'application/json');
      response.writeHead(body ? 200 : 404).end(JSON.stringify(body ?? {}));
    });
    const port = await freePort();
    await new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
    workspace.onClose(() => {
      server.closeAllConnections();
      server.close();
    });
    await register(api, port);
    return stub;
  }

  #answer({ pathname, searchParams }: URL): object | undefined {
    if (pathname === BASE) return discovery();
    const namespace = /\/namespaces\/([^/]+)\/pods$/.exec(pathname)?.[1];
    if (!namespace) return undefined;
    const wanted = (searchParams.get('labelSelector') ?? '').split(',').filter(Boolean);
    const pods = this.#pods.all().filter(
      ({ metadata }) =>
        metadata.namespace === namespace &&
        wanted.every((pair) => {
          const [key = '', value] = pair.split('=');
          return metadata.labels?.[key] === value;
        }),
    );
    return {
      kind: 'PodMetricsList',
      apiVersion: `${GROUP}/${VERSION}`,
      metadata: {},
      items: this.usagePercent === undefined ? [] : pods.map((pod) => this.#metricsOf(pod)),
    };
  }

  #metricsOf({ metadata, spec }: Pod): object {
    return {
      metadata: { name: metadata.name, namespace: metadata.namespace, labels: metadata.labels },
      timestamp: new Date().toISOString(),
      window: '5s',
      containers: spec.containers.map((container) => {
        const { cpu = '0', memory = '0' } = (container as Requests).resources?.requests ?? {};
        const share = (this.usagePercent ?? 0) / 100;
        return {
          name: container.name,
          usage: {
            cpu: `${Math.round(amount(cpu) * 1000 * share)}m`,
            memory: `${Math.round(amount(memory) * share)}`,
          },
        };
      }),
    };
  }
}

const UNITS: Readonly<Record<string, number>> = {
  m: 0.001,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  Ki: 1024,
  Mi: 1024 ** 2,
  Gi: 1024 ** 3,
};

function amount(quantity: string): number {
  const [, number = '0', unit = ''] = /^([\d.]+)([a-zA-Z]*)$/.exec(quantity) ?? [];
  return Number(number) * (UNITS[unit] ?? 1);
}

function discovery(): object {
  const pods = {
    name: 'pods',
    singularName: '',
    namespaced: true,
    kind: 'PodMetrics',
    verbs: ['get', 'list'],
  };
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion: `${GROUP}/${VERSION}`,
    resources: [pods],
  };
}

/** An ExternalName Service is the one way to point the API server at a port of its own machine. */
async function register(api: Api, port: number): Promise<void> {
  await api.apply({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'e2e-metrics', namespace: 'kube-system' },
    spec: { type: 'ExternalName', externalName: 'localhost', ports: [{ port }] },
  });
  await api.apply({
    apiVersion: 'apiregistration.k8s.io/v1',
    kind: 'APIService',
    metadata: { name: `${VERSION}.${GROUP}` },
    spec: {
      group: GROUP,
      version: VERSION,
      groupPriorityMinimum: 100,
      versionPriority: 100,
      insecureSkipTLSVerify: true,
      service: { name: 'e2e-metrics', namespace: 'kube-system', port },
    },
  });
  await until('the API server serves metrics', 30, async () => {
    return (await api.send('GET', `${BASE}/namespaces/default/pods`)).status === 200;
  });
}
