import { describe, expect, test } from 'vitest';
import { budgetTarget } from '../../src/checks/budget-target.ts';
import { networkPolicyTarget } from '../../src/checks/network-policy-target.ts';
import { scaleTarget } from '../../src/checks/scale-target.ts';
import { serviceTarget } from '../../src/checks/service-target.ts';
import { deployment, judge } from './judge.ts';

const web = deployment('web');

const service = (spec: string): string => `
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: ${spec}
`;

describe('service-target', () => {
  test('is silent about a Service that reaches a named port of its pods', () => {
    const yaml =
      web + service('{ selector: { app: web }, ports: [{ port: 80, targetPort: http }] }');
    expect(judge(serviceTarget, yaml)).toEqual({ looked: 1, said: [], hints: [] });
  });

  test('fails when no pod has the labels', () => {
    const yaml =
      web + service('{ selector: { app: wbe }, ports: [{ port: 80, targetPort: http }] }');
    expect(judge(serviceTarget, yaml)).toEqual({
      looked: 1,
      said: [
        "error prod/apps/web-1: Service 'web' selects no pods: none in 'shop-prod' has app=wbe",
      ],
      hints: ["compare with the pod labels of Deployment 'web'"],
    });
  });

  test('fails when the pods are in another namespace', () => {
    const there = service('{ selector: { app: web }, ports: [] }').replace(
      'web }',
      'web, namespace: other }',
    );
    expect(judge(serviceTarget, web + there).said).toEqual([
      "error prod/apps/web-1: Service 'web' selects no pods: none in 'other' has app=web",
    ]);
  });

  test('fails when the pods have no port of that name', () => {
    const yaml =
      web + service('{ selector: { app: web }, ports: [{ port: 80, targetPort: web }] }');
    expect(judge(serviceTarget, yaml)).toEqual({
      looked: 1,
      said: [
        "error prod/apps/web-1: port 80 leads to 'web', which no container of Deployment 'web' has",
      ],
      hints: ['its TCP ports: http (8000)'],
    });
  });

  test('warns of a number that the pods do not declare, since it may work all the same', () => {
    const yaml = web + service('{ selector: { app: web }, ports: [{ port: 80 }] }');
    expect(judge(serviceTarget, yaml).said).toEqual([
      "warning prod/apps/web-1: port 80 leads to '80', which no container of Deployment 'web' has",
    ]);
  });

  test('knows the protocol of a port', () => {
    const udp =
      '{ selector: { app: web }, ports: [{ port: 80, targetPort: http, protocol: UDP }] }';
    expect(judge(serviceTarget, web + service(udp)).said).toEqual([
      "error prod/apps/web-1: port 80 leads to 'http', which no container of Deployment 'web' has",
    ]);
  });

  test('leaves alone a Service without a selector, and one for a single pod of a StatefulSet', () => {
    const set = web.replace('Deployment', 'StatefulSet');
    const pod = '{ selector: { app: web, statefulset.kubernetes.io/pod-name: web-0 }, ports: [] }';
    expect(judge(serviceTarget, service('{ ports: [{ port: 80 }] }')).looked).toBe(0);
    expect(judge(serviceTarget, set + service(pod)).said).toEqual([]);
  });
});

describe('pods that an operator makes', () => {
  const cluster = `
---
apiVersion: postgresql.cnpg.io/v1
kind: Cluster
metadata: { name: db }
spec: { instances: 3 }
`;
  const primary = service('{ selector: { cnpg.io/cluster: db, role: primary }, ports: [] }');
  const own = service(
    '{ selector: { app.kubernetes.io/name: web, app.kubernetes.io/instance: web }, ports: [] }',
  );

  test('explain a selector with labels of the operator', () => {
    expect(judge(serviceTarget, primary + cluster).said).toEqual([]);
    expect(judge(serviceTarget, primary).said).toHaveLength(1);
  });

  test('explain any selector of a namespace that they may run in', () => {
    const wrong = service('{ selector: { app: wbe }, ports: [] }');
    expect(judge(serviceTarget, wrong + cluster).said).toEqual([]);
    expect(
      judge(serviceTarget, wrong + cluster.replace('db }', 'db, namespace: other }')).said,
    ).toHaveLength(1);
  });

  test('do not explain a selector of a service of ours that has no operator', () => {
    const around = { services: ['web', 'db'] };
    expect(judge(serviceTarget, own + cluster, around).said).toHaveLength(1);
    expect(judge(serviceTarget, own.replaceAll(': web', ': db') + cluster, around).said).toEqual(
      [],
    );
  });

  test('do not explain it in an object of somebody else either', () => {
    const front = own.replace('name: web }', 'name: front }');
    expect(judge(serviceTarget, front + cluster, { services: ['web'] }).said).toHaveLength(1);
  });

  test('are not made by custom resources that only describe', () => {
    const monitor = `
---
apiVersion: monitoring.coreos.com/v1
kind: PodMonitor
metadata: { name: web }
spec: { selector: {}, podMetricsEndpoints: [] }
`;
    expect(
      judge(serviceTarget, service('{ selector: { app: wbe }, ports: [] }') + monitor).said,
    ).toHaveLength(1);
  });

  test('may come of a chart, in the namespace that it aims at', () => {
    const chart = (target: string): string => `
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: { name: traefik, namespace: flux-system }
spec: { interval: 1h, targetNamespace: ${target} }
`;
    const wrong = service('{ selector: { app: traefik }, ports: [] }');
    expect(judge(serviceTarget, wrong + chart('shop-prod')).said).toEqual([]);
    expect(judge(serviceTarget, wrong + chart('edge')).said).toHaveLength(1);
  });
});

describe('scale-target', () => {
  const scaler = (kind: string, name: string): string => `
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: web }
spec: { scaleTargetRef: { apiVersion: apps/v1, kind: ${kind}, name: ${name} }, maxReplicas: 3 }
`;

  test('is silent about a Deployment that is there', () => {
    const judged = judge(scaleTarget, web + scaler('Deployment', 'web'));
    expect(judged).toEqual({ looked: 1, said: [], hints: [] });
  });

  test('fails when the name is wrong', () => {
    expect(judge(scaleTarget, web + scaler('Deployment', 'wbe'))).toEqual({
      looked: 1,
      said: [
        "error prod/apps/web-1: 'web' scales Deployment 'wbe' of 'apps/v1', which is not in 'shop-prod'",
      ],
      hints: ["'spec.scaleTargetRef' takes version, kind and name as the object has them"],
    });
  });

  test('fails when the kind is wrong, and names the right one', () => {
    const { hints, said } = judge(scaleTarget, web + scaler('StatefulSet', 'web'));
    expect(said).toHaveLength(1);
    expect(hints).toEqual(["there is a Deployment of 'apps/v1'"]);
  });

  test('leaves to a chart what may be in it', () => {
    const chart = `
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: { name: legacy }
spec: { interval: 1h }
`;
    expect(judge(scaleTarget, scaler('Deployment', 'anything') + chart).said).toEqual([]);
  });

  test('leaves what an operator names after its custom resource to the operator', () => {
    const kibana = `
---
apiVersion: kibana.k8s.elastic.co/v1
kind: Kibana
metadata: { name: logs }
spec: { version: 8.12.0 }
`;
    expect(judge(scaleTarget, scaler('Deployment', 'logs-kb') + kibana).said).toEqual([]);
    expect(judge(scaleTarget, scaler('Deployment', 'web') + kibana).said).toHaveLength(1);
  });
});

describe('budget-target', () => {
  const budget = (spec: string): string => `
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: web }
spec: { selector: { matchLabels: { app: web } }, ${spec} }
`;

  test.each(['maxUnavailable: 1', 'maxUnavailable: 25%', 'minAvailable: 2', 'minAvailable: 60%'])(
    'is silent about %s of three pods',
    (spec) => {
      expect(judge(budgetTarget, web + budget(spec))).toEqual({ looked: 1, said: [], hints: [] });
    },
  );

  test.each([
    ['maxUnavailable: 0', "'maxUnavailable' is 0"],
    ['maxUnavailable: 0%', "'maxUnavailable' is 0%"],
    ['minAvailable: 3', "'minAvailable' is 3 of 3 pods"],
    ['minAvailable: 67%', "'minAvailable' is 67% of 3 pods"],
    ['minAvailable: 100%', "'minAvailable' is 100%"],
  ])('fails when %s blocks every drain', (spec, reason) => {
    expect(judge(budgetTarget, web + budget(spec))).toEqual({
      looked: 1,
      said: [`error prod/apps/web-1: PodDisruptionBudget 'web' lets no node be drained: ${reason}`],
      hints: ["'maxUnavailable: 1' always lets one pod go at a time"],
    });
  });

  test('warns where a gap may be', () => {
    const { said } = judge(budgetTarget, web + budget('maxUnavailable: 0'), { tier: 'review' });
    expect(said[0]).toMatch(/^warning /);
  });

  test('counts from the least that an autoscaler may leave', () => {
    const scaler = `
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: web }
spec: { scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web }, minReplicas: 2, maxReplicas: 9 }
`;
    const yaml = web + budget('minAvailable: 2');
    expect(judge(budgetTarget, yaml).said).toEqual([]);
    expect(judge(budgetTarget, yaml + scaler).said).toEqual([
      "error prod/apps/web-1: PodDisruptionBudget 'web' lets no node be drained: 'minAvailable' is 2 of 2 pods",
    ]);
  });

  test('fails when no pod has the labels', () => {
    expect(judge(budgetTarget, budget('maxUnavailable: 1'))).toEqual({
      looked: 1,
      said: [
        "error prod/apps/web: PodDisruptionBudget 'web' selects no pods: none in 'shop-prod' has app=web",
      ],
      hints: ['it protects nothing; give it the labels of a pod template'],
    });
  });
});

describe('network-policy-target', () => {
  const policy = (selector: string): string => `
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web }
spec: { podSelector: ${selector}, policyTypes: [Ingress] }
`;

  test('is silent about pods that are there, by label and by expression', () => {
    const among = '{ matchExpressions: [{ key: app, operator: In, values: [web, api] }] }';
    const yaml = web + policy('{ matchLabels: { app: web } }') + policy(among);
    expect(judge(networkPolicyTarget, yaml)).toEqual({ looked: 2, said: [], hints: [] });
  });

  test('warns of pods that are not', () => {
    expect(judge(networkPolicyTarget, web + policy('{ matchLabels: { app: api } }'))).toEqual({
      looked: 1,
      said: [
        "warning prod/apps/web-1: NetworkPolicy 'web' selects no pods: none in 'shop-prod' has app=api",
      ],
      hints: ['it opens and closes nothing; give it the labels of a pod template'],
    });
  });

  test.each([
    '{ key: app, operator: NotIn, values: [web] }',
    '{ key: app, operator: DoesNotExist }',
    '{ key: tier, operator: Exists }',
  ])('warns of %s', (expression) => {
    const yaml = web + policy(`{ matchExpressions: [${expression}] }`);
    expect(judge(networkPolicyTarget, yaml).said).toHaveLength(1);
  });

  test('leaves alone a policy for all pods, and one for the solvers of cert-manager', () => {
    const solver = policy('{ matchLabels: { acme.cert-manager.io/http01-solver: "true" } }');
    const issued = deployment('api').replace(
      'name: api }',
      'name: api, annotations: { cert-manager.io/cluster-issuer: le } }',
    );
    expect(judge(networkPolicyTarget, policy('{}')).looked).toBe(0);
    expect(judge(networkPolicyTarget, solver).said).toHaveLength(1);
    expect(judge(networkPolicyTarget, `${solver}---${issued}`).said).toEqual([]);
  });
});
