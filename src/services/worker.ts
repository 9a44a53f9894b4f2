import type { Construct } from 'constructs';
import { Service } from '../core/service.ts';
import { type DeployedProps, deploy } from '../workload/deployment.ts';

export interface WorkerProps extends DeployedProps {}

/** A program that works without being called: it takes jobs from a queue or watches something. */
export class Worker extends Service {
  constructor(scope: Construct, id: string, props: WorkerProps) {
    super(scope, id);
    deploy(this, { drainSeconds: 0, ...props });
  }
}
