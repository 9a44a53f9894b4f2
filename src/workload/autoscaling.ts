import * as k8s from '#imports/k8s.ts';
import { KeelsonError } from '../core/errors.ts';
import { parseAnyQuantity } from '../core/quantity.ts';
import type { Service } from '../core/service.ts';
import { tierOf } from '../core/tier.ts';
import { isWhole } from './whole-number.ts';

/** A number that the pods or something outside report, and the value to hold it at. */
export interface MetricTarget {
  readonly metric: string;
  /** The average over all pods that scaling aims for: `'100'`, `'500m'`. */
  readonly average: string;
  /** Narrows an external metric down. */
  readonly labels?: Readonly<Record<string, string>>;
}

export interface Scale {
  /**
   * Fewest pods, and how many it starts with.
   * @default - as many as the tier asks for
   */
  readonly min?: number;

  /**
   * Most pods.
   * @default - what the tier allows
   */
  readonly max?: number;

  /**
   * Share of the requested processor to hold the pods at, in percent.
   * @default 70, unless another target is given
   */
  readonly cpuPercent?: number;

  /** Share of the requested memory to hold the pods at, in percent. */
  readonly memoryPercent?: number;

  /** Metrics of the pods themselves, such as requests a second. */
  readonly pods?: readonly MetricTarget[];

  /** Metrics from elsewhere, such as the length of a queue. */
  readonly external?: readonly MetricTarget[];

  /**
   * How fast it grows and shrinks.
   * @default - Kubernetes' own: up at once, down after five minutes
   */
  readonly behavior?: k8s.HorizontalPodAutoscalerBehavior;
}

/** The pods to start with. An autoscaler keeps the number afterwards. */
export function startReplicas(service: Service, replicas?: number, scale?: Scale): number {
  if (replicas !== undefined && scale !== undefined) {
    throw new KeelsonError(service, 'scale/two-answers', {
      message: `'replicas' (${replicas}) and 'scale' are both given`,
      hint: "'replicas' is a fixed number; with 'scale' the first number is 'scale.min'",
    });
  }
  if (scale === undefined)
    return requireCount(service, 'replicas', replicas ?? tierOf(service).replicas);
  return boundsOf(service, scale).min;
}

/** A HorizontalPodAutoscaler over the service's Deployment. */
export function autoscaler(service: Service, scale: Scale): void {
  const { min, max } = boundsOf(service, scale);
  const metrics = metricsOf(service, scale);
  new k8s.HorizontalPodAutoscaler(service, 'Autoscaler', {
    metadata: { name: service.name },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: service.name },
      minReplicas: min,
      maxReplicas: max,
      metrics,
      ...(scale.behavior && { behavior: scale.behavior }),
    },
  });
}

function boundsOf(service: Service, scale: Scale): { min: number; max: number } {
  const { replicas, maxReplicas } = tierOf(service);
  const { min = replicas, max = Math.max(maxReplicas, min) } = scale;
  requireCount(service, 'scale.min', min);
  requireCount(service, 'scale.max', max);
  if (min <= max) return { min, max };
  throw new KeelsonError(service, 'scale/min-above-max', {
    message: `'scale.min' (${min}) is above 'scale.max' (${max})`,
    hint: 'an autoscaler moves between the two; give it room',
  });
}

function metricsOf(service: Service, scale: Scale): k8s.MetricSpec[] {
  const { memoryPercent, pods = [], external = [] } = scale;
  const others = memoryPercent !== undefined || pods.length > 0 || external.length > 0;
  const { cpuPercent = others ? undefined : 70 } = scale;
  return [
    ...utilization(service, 'cpu', cpuPercent),
    ...utilization(service, 'memory', memoryPercent),
    ...pods.map((target): k8s.MetricSpec => ({ type: 'Pods', pods: metricOf(service, target) })),
    ...external.map(
      (target): k8s.MetricSpec => ({ type: 'External', external: metricOf(service, target) }),
    ),
  ];
}

function utilization(
  service: Service,
  name: 'cpu' | 'memory',
  percent: number | undefined,
): k8s.MetricSpec[] {
  if (percent === undefined) return [];
  requireCount(service, `scale.${name}Percent`, percent);
  const target: k8s.MetricTarget = { type: 'Utilization', averageUtilization: percent };
  return [{ type: 'Resource', resource: { name, target } }];
}

function metricOf(
  service: Service,
  { average, labels, metric }: MetricTarget,
): k8s.PodsMetricSource {
  if (
    (parseAnyQuantity(average) ?? 0n) <= 0n ||
    !/^[a-zA-Z]([\w.|:/-]*[a-zA-Z0-9])?$/.test(metric)
  ) {
    throw new KeelsonError(service, 'scale/bad-metric', {
      message: `metric ${JSON.stringify(metric)} has the target ${JSON.stringify(average)}`,
      hint: "give a metric's name and an average above zero: '100', '500m'",
    });
  }
  return {
    metric: { name: metric, ...(labels && { selector: { matchLabels: labels } }) },
    target: { type: 'AverageValue', averageValue: average },
  };
}

function requireCount(service: Service, prop: string, value: number): number {
  if (isWhole(value, 1)) return value;
  throw new KeelsonError(service, 'scale/bad-count', {
    message: `'${prop}' must be a whole number, 1 or more, got ${value}`,
    hint: 'leave it out for what the tier gives',
  });
}
