import type { Construct } from 'constructs';
import * as k8s from '#imports/k8s.ts';
import type { Access } from '../core/access.ts';
import { KeelsonError } from '../core/errors.ts';
import { isDnsLabel } from '../core/names.ts';
import { Service } from '../core/service.ts';
import { type DeployedProps, deploy } from '../workload/deployment.ts';
import { type Expose, expose } from '../workload/exposure.ts';
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

  constructor(scope: Construct, id: string, props: WebAppProps) {
    super(scope, id);
    const { health, image, metrics, migrate, port, smokeTest, uses = {}, user } = props;
    const ports = portsOf(this, props);

    deploy(this, props, {
      ports: Object.entries(ports).map(([name, containerPort]) => ({ name, containerPort })),
      ...httpProbes(this, 'http', health),
    });
    new k8s.Service(this, 'Service', {
      metadata: { name: this.name },
      spec: {
        selector: this.selector,
        ports: Object.entries(ports)
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
      const name = metrics.port === undefined ? 'http' : 'metrics';
      scrape(this, { name, number: metrics.port ?? port }, metrics);
    }

    const endpoint = { owner: this, protocol: 'http', host: this.name, port: 80 };
    this.http = { endpoint: { ...endpoint, pods: { labels: this.selector, port } }, right: 'http' };

    const release = { service: this, image, user };
    if (migrate) {
      new ReleaseJob(stepOf(this, 'before'), `${id}-migrate`, { ...release, uses }, migrate);
    }
    if (smokeTest) {
      const target = { ...release, uses: { TARGET: this.http } };
      new ReleaseJob(stepOf(this, 'after'), `${id}-smoke-test`, target, smokeTest);
    }
  }
}

function portsOf(service: Service, props: WebAppProps): Record<string, number> {
  const { metrics, port, ports: others = {} } = props;
  const ports = { http: port, ...others, ...(metrics?.port && { metrics: metrics.port }) };
  for (const [name, number] of Object.entries(ports)) {
    const whole = Number.isInteger(number) && number >= 1024 && number <= 65_535;
    if (whole && isDnsLabel(name, 15)) continue;
    throw new KeelsonError(service, 'service/bad-port', {
      message: `port '${name}' must be a whole number from 1024 to 65535, got ${number}`,
      hint: "a program that is not root cannot open lower ones; names have at most 15 letters (a-z, 0-9, '-')",
    });
  }
  return ports;
}
