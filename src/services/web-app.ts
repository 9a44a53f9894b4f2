import type { Construct } from 'constructs';
import * as k8s from '#imports/k8s.ts';
import type { Access } from '../core/access.ts';
import { KeelsonError } from '../core/errors.ts';
import { suggest } from '../core/names.ts';
import { Service } from '../core/service.ts';
import { type DeployedProps, deploy } from '../workload/deployment.ts';
import { type Expose, expose } from '../workload/exposure.ts';
import { requirePort } from '../workload/port.ts';
import { type Health, httpProbes } from '../workload/probes.ts';
import { ReleaseJob, type ReleaseJobProps, stepOf } from '../workload/release-job.ts';
import { type Metrics, scrape } from '../workload/scraping.ts';

export interface WebAppProps extends DeployedProps {
  /** The port that the program answers HTTP on. */
  readonly port: number;

  /**
   * Further ports, by name.
   * @default - none
   */
  readonly ports?: Readonly<Record<string, number>>;

  /**
   * How Kubernetes asks whether it works.
   * @default - `/healthz`, on the port
   */
  readonly health?: Health;

  /**
   * Makes it reachable from outside.
   * @default - inside the environment only
   */
  readonly expose?: Expose;

  /**
   * Where Prometheus finds metrics, in environments that have it.
   * @default - none
   */
  readonly metrics?: Metrics;

  /**
   * Runs before each rollout, in the layer's `-before` step, with the same image and connections.
   * @default - nothing
   */
  readonly migrate?: ReleaseJobProps;

  /**
   * Runs after each rollout, in the layer's `-after` step; `TARGET_HOST` is this service.
   * @default - nothing
   */
  readonly smokeTest?: ReleaseJobProps;
}

/** An application that answers HTTP, rolled out without a gap. */
export class WebApp extends Service {
  /** Where other services reach it. */
  readonly http: Access;
  readonly #ports: ReadonlyMap<string, number>;

  constructor(scope: Construct, id: string, props: WebAppProps) {
    super(scope, id);
    const { health, image, metrics, migrate, port, smokeTest, uses = {}, user } = props;
    const ports = portsOf(this, props);

    deploy(this, props, {
      ports: [...ports].map(([name, containerPort]) => ({ name, containerPort })),
      ...httpProbes(this, 'http', health),
    });
    new k8s.Service(this, 'Service', {
      metadata: { name: this.name },
      spec: {
        selector: this.selector,
        ports: [...ports]
          .filter(([name]) => name !== 'metrics')
          .map(([name, number]) => ({
            name,
            port: name === 'http' ? 80 : number,
            targetPort: name,
          })),
      },
    });
    if (props.expose) expose(this, props.expose, port);
    if (metrics) {
      const name = ports.has('metrics') ? 'metrics' : 'http';
      scrape(this, { name, number: ports.get(name) ?? port }, metrics);
    }

    this.#ports = ports;
    this.http = this.port('http');
    const release = { service: this, image, user };
    if (migrate) {
      const same = { ...release, uses, cloudRole: props.cloudRole };
      new ReleaseJob(stepOf(this, 'before'), `${id}-migrate`, same, migrate);
    }
    if (smokeTest) {
      const target = { ...release, uses: { TARGET: this.http } };
      new ReleaseJob(stepOf(this, 'after'), `${id}-smoke-test`, target, smokeTest);
    }
  }

  /** Where other services reach a further port: `shop.port('grpc')`. */
  port(name: string): Access {
    const port = this.#ports.get(name);
    if (port === undefined) {
      throw new KeelsonError(this, 'service/unknown-port', {
        message: `'${this.name}' has no port '${name}'`,
        hint: suggest('ports', name, [...this.#ports.keys()]),
      });
    }
    const pods = [{ labels: this.selector, ports: [port] as const }];
    const seen = name === 'http' ? 80 : port;
    return {
      endpoint: { owner: this, protocol: name, host: this.name, port: seen, pods },
      right: name,
    };
  }
}

/** All ports of the pod by name, and no name or number twice. */
function portsOf(service: Service, props: WebAppProps): ReadonlyMap<string, number> {
  const { metrics, port, ports: others = {}, sidecars = {} } = props;
  const own = metrics?.port !== undefined && metrics.port !== port;
  const ports = Object.entries({ http: port, ...(own && { metrics: metrics.port }) });
  ports.push(...Object.entries(others));
  const taken = new Set(Object.values(sidecars).map((sidecar) => sidecar.port));
  const names = new Set<string>(own ? [] : ['metrics']);
  for (const [name, number] of ports) {
    requirePort(service, name, number);
    if (taken.has(number) || names.has(name)) {
      throw new KeelsonError(service, 'service/port-twice', {
        message: `port '${name}' (${number}) has the name or the number of another`,
        hint: "'http' is 'port', 'metrics' is 'metrics.port'; sidecars share the pod's numbers",
      });
    }
    taken.add(number);
    names.add(name);
  }
  return new Map(ports);
}
