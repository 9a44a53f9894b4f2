import { readFile } from 'node:fs/promises';
import { loadAll } from 'js-yaml';

interface Metadata {
  name: string;
  namespace?: string;
  uid?: string;
  resourceVersion?: string;
  generation?: number;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  ownerReferences?: { kind: string; name: string; uid: string; controller?: boolean }[];
}

/** Any Kubernetes object. The interfaces below name the few fields that the groups read. */
export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: Metadata;
  [field: string]: unknown;
}

export interface Condition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
}

export interface LabelSelector {
  matchLabels?: Record<string, string>;
  matchExpressions?: { key: string; operator: string; values?: string[] }[];
}

export interface Container {
  name: string;
  image: string;
  ports?: { name?: string; containerPort: number; protocol?: string }[];
}

export interface PodTemplate {
  metadata?: Partial<Metadata>;
  spec: { containers: Container[]; tolerations?: { key?: string; tolerationSeconds?: number }[] };
}

export interface Workload extends KubeObject {
  spec: {
    replicas?: number;
    selector: LabelSelector;
    template: PodTemplate;
    strategy?: { type?: string };
    updateStrategy?: { type?: string };
    volumeClaimTemplates?: KubeObject[];
  };
  status?: {
    observedGeneration?: number;
    replicas?: number;
    updatedReplicas?: number;
    readyReplicas?: number;
    availableReplicas?: number;
    currentRevision?: string;
    updateRevision?: string;
    desiredNumberScheduled?: number;
    numberAvailable?: number;
    updatedNumberScheduled?: number;
    succeeded?: number;
    conditions?: Condition[];
  };
}

export interface Pod extends KubeObject {
  spec: PodTemplate['spec'] & { nodeName?: string };
  status?: { phase?: string; conditions?: Condition[]; podIP?: string };
}

export interface Budget extends KubeObject {
  spec: {
    selector: LabelSelector;
    minAvailable?: number | string;
    maxUnavailable?: number | string;
  };
  status?: { desiredHealthy?: number; currentHealthy?: number; disruptionsAllowed?: number };
}

export interface Autoscaler extends KubeObject {
  spec: {
    scaleTargetRef: { kind: string; name: string };
    minReplicas?: number;
    maxReplicas: number;
    metrics?: { type: string; resource?: { name: string; target: Record<string, unknown> } }[];
  };
  status?: { currentReplicas?: number; desiredReplicas?: number; conditions?: Condition[] };
}

export interface Taint {
  key: string;
  effect: string;
}

export interface NodeObject extends KubeObject {
  spec?: { unschedulable?: boolean; taints?: Taint[] };
  status?: { conditions?: Condition[] };
}

/** `prod/Deployment/web`, as failures name an object. */
export function nameOf(object: KubeObject): string {
  const { namespace, name } = object.metadata;
  return `${namespace ? `${namespace}/` : ''}${object.kind}/${name}`;
}

export function conditionOf(
  object: { status?: { conditions?: Condition[] } },
  type: string,
): Condition | undefined {
  return object.status?.conditions?.find((condition) => condition.type === type);
}

/** Serves requests: Ready, and not on its way out. */
export function isServing(pod: Pod): boolean {
  return !pod.metadata.deletionTimestamp && conditionOf(pod, 'Ready')?.status === 'True';
}

export function selects(
  selector: LabelSelector,
  labels: Readonly<Record<string, string>>,
): boolean {
  const equal = Object.entries(selector.matchLabels ?? {});
  if (!equal.every(([key, value]) => labels[key] === value)) return false;
  return (selector.matchExpressions ?? []).every(({ key, operator, values = [] }) => {
    const value = labels[key];
    if (operator === 'Exists') return value !== undefined;
    if (operator === 'DoesNotExist') return value === undefined;
    if (operator === 'In') return value !== undefined && values.includes(value);
    return value === undefined || !values.includes(value);
  });
}

/** Every document of a YAML text that is a Kubernetes object; a `List` counts as its items. */
export function parseObjects(text: string): KubeObject[] {
  return loadAll(text).flatMap((document) => {
    if (!isObject(document)) return [];
    return document.kind === 'List' && Array.isArray(document['items'])
      ? (document['items'] as KubeObject[])
      : [document];
  });
}

export async function readObjects(path: string): Promise<KubeObject[]> {
  return parseObjects(await readFile(path, 'utf8'));
}

function isObject(value: unknown): value is KubeObject {
  return typeof value === 'object' && value !== null && 'apiVersion' in value && 'kind' in value;
}
