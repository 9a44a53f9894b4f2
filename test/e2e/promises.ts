import type { Api } from './api.ts';
import { type Budget, selects, type Workload } from './objects.ts';
import { namespacesOf, type Output } from './output.ts';

/** A workload of an output, and what it promises while machines go. */
export interface Promised {
  readonly workload: Workload;
  readonly replicas: number;
  readonly budget: Budget | undefined;
}

/** Deployments and StatefulSets of this output that have pods. */
export async function promises(api: Api, output: Output): Promise<Promised[]> {
  const namespaces = namespacesOf(output);
  const [deployments, sets, budgets] = await Promise.all([
    api.list<Workload>('apps/v1/Deployment'),
    api.list<Workload>('apps/v1/StatefulSet'),
    api.list<Budget>('policy/v1/PodDisruptionBudget'),
  ]);
  return [...deployments, ...sets]
    .filter(({ metadata, spec }) => namespaces.has(metadata.namespace ?? '') && spec.replicas !== 0)
    .map((workload) => ({
      workload,
      replicas: workload.spec.replicas ?? 1,
      budget: budgets.find((budget) => covers(budget, workload)),
    }));
}

function covers({ metadata, spec }: Budget, workload: Workload): boolean {
  return (
    metadata.namespace === workload.metadata.namespace &&
    selects(spec.selector, workload.spec.template.metadata?.labels ?? {})
  );
}
