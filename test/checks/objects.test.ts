import { describe, expect, test } from 'vitest';
import { clearSecret } from '../../src/checks/clear-secret.ts';
import { duplicateObject } from '../../src/checks/duplicate-object.ts';
import { imagePinned } from '../../src/checks/image-pinned.ts';
import { schema } from '../../src/checks/schema.ts';
import { unknownKind } from '../../src/checks/unknown-kind.ts';
import { deployment, judge } from './judge.ts';

const nothing = { looked: 1, said: [], hints: [] };

describe('schema', () => {
  test('is silent about objects that are right', () => {
    expect(judge(schema, deployment('web'))).toEqual(nothing);
  });

  test('names a misspelt field by its path, and the nearest', () => {
    expect(judge(schema, deployment('web', '', 'imagePulPolicy: Always'))).toEqual({
      looked: 1,
      said: [
        "error prod/apps/web: 'spec.template.spec.containers[0].imagePulPolicy' is no known field",
      ],
      hints: ["did you mean 'imagePullPolicy'?"],
    });
  });

  test('names the values that are allowed', () => {
    expect(judge(schema, deployment('web', '', 'imagePullPolicy: Sometimes'))).toEqual({
      looked: 1,
      said: [
        "error prod/apps/web: 'spec.template.spec.containers[0].imagePullPolicy' must be one of Always, IfNotPresent, Never, got 'Sometimes'",
      ],
      hints: ['known values: Always, IfNotPresent, Never'],
    });
  });

  test('says what was given, and where to read on', () => {
    const { hints, said } = judge(
      schema,
      deployment('web').replace('replicas: 3', "replicas: 'three'"),
    );
    expect(said).toEqual([
      "error prod/apps/web: 'spec.replicas' must be a whole number, got 'three'",
    ]);
    expect(hints).toEqual([
      '`kubectl explain deployment.spec.replicas --api-version=apps/v1` tells what belongs there',
    ]);
  });

  test('reports everything that is wrong with an object', () => {
    const yaml = deployment('web', 'nodName: a', 'tty: "yes"').replace(/ {2}selector.*\n/, '');
    expect(judge(schema, yaml).said).toEqual([
      "error prod/apps/web: 'spec.selector' is missing",
      "error prod/apps/web: 'spec.template.spec.nodName' is no known field",
      "error prod/apps/web: 'spec.template.spec.containers[0].tty' must be true or false, got 'yes'",
    ]);
  });

  test('checks custom resources', () => {
    const cluster = `
apiVersion: postgresql.cnpg.io/v1
kind: Cluster
metadata: { name: db }
spec: { instances: 0, storge: { size: 1Gi } }
`;
    expect(judge(schema, cluster)).toEqual({
      looked: 1,
      said: [
        "error prod/apps/db: 'spec.instances' must be at least 1, got 0",
        "error prod/apps/db: 'spec.storge' is no known field",
      ],
      hints: [
        '`kubectl explain cluster.spec.instances --api-version=postgresql.cnpg.io/v1` tells what belongs there',
        "did you mean 'storage'?",
      ],
    });
  });

  test('goes by the version of the cluster', () => {
    const yaml = deployment('web', '', 'restartPolicyRules: []');
    expect(judge(schema, yaml, { kubernetes: '1.31' }).said).toHaveLength(1);
    expect(judge(schema, yaml, { kubernetes: '1.35' }).said).toEqual([]);
  });

  test('never shows a value of a Secret', () => {
    const secret = `
apiVersion: v1
kind: Secret
metadata: { name: auth }
type: [hunter2]
stringData: { pin: 12345 }
`;
    const { hints, said } = judge(schema, secret);
    expect(said).toEqual(
      [
        "error prod/apps/auth: 'stringData.pin' must be a string",
        "error prod/apps/auth: 'type' must be a string",
      ].reverse(),
    );
    expect(said.join() + hints.join()).not.toMatch(/12345|hunter2/);
  });
});

describe('unknown-kind', () => {
  const object = (apiVersion: string, kind: string): string =>
    `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: a }\n`;

  test('is silent about kinds of Kubernetes and of imported CRDs', () => {
    const yaml = `${object('v1', 'ConfigMap')}---\n${object('postgresql.cnpg.io/v1', 'Cluster')}`;
    expect(judge(unknownKind, yaml)).toEqual({ looked: 2, said: [], hints: [] });
  });

  test('says that an API was removed, and where the kind is now', () => {
    expect(judge(unknownKind, object('extensions/v1beta1', 'Ingress'))).toEqual({
      looked: 1,
      said: [
        "error prod/apps/a: nothing is known of kind 'Ingress' in 'extensions/v1beta1' (Kubernetes 1.34)",
      ],
      hints: [
        "Kubernetes 1.22 removed 'extensions/v1beta1'; this cluster has Ingress in 'networking.k8s.io/v1'",
      ],
    });
  });

  test.each([
    [
      'policy/v1beta1',
      'PodSecurityPolicy',
      "Kubernetes 1.25 removed 'policy/v1beta1'; no later version has PodSecurityPolicy",
    ],
    ['v1', 'Deployment', "this cluster has Deployment in 'apps/v1'"],
    ['batch/v1', 'CronJobs', "did you mean 'CronJob'? known kinds: CronJob, Job"],
    ['example.com/v1', 'Widget', 'run `keelson import` on the CRD that defines it'],
  ])('says what to do about %s %s', (apiVersion, kind, hint) => {
    expect(judge(unknownKind, object(apiVersion, kind)).hints).toEqual([hint]);
  });
});

describe('duplicate-object', () => {
  test('is silent about one name in two namespaces, and in two kinds', () => {
    const other = deployment('web').replace('name: web }', 'name: web, namespace: other }');
    const set = deployment('web').replace('Deployment', 'StatefulSet');
    const judged = judge(duplicateObject, [deployment('web'), other, set].join('---\n'));
    expect(judged).toEqual({ looked: 3, said: [], hints: [] });
  });

  test('fails when an object is there twice, whatever the version', () => {
    const scaler = (version: string): string =>
      `apiVersion: autoscaling/${version}\nkind: HorizontalPodAutoscaler\nmetadata: { name: web }\n`;
    expect(judge(duplicateObject, `${scaler('v2')}---\n${scaler('v1')}`)).toEqual({
      looked: 2,
      said: [
        "error prod/apps/web-1: HorizontalPodAutoscaler 'web' in namespace 'shop-prod' is also made by prod/apps/web",
      ],
      hints: ['rename one of the two, or make it once and share it'],
    });
  });

  test('fails when a cluster-scoped object is there twice', () => {
    const role =
      'apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: { name: a }\n';
    expect(judge(duplicateObject, `${role}---\n${role}`).said).toEqual([
      "error prod/apps/a-1: ClusterRole 'a' is also made by prod/apps/a",
    ]);
  });
});

describe('clear-secret', () => {
  const secret = (content: string): string =>
    `apiVersion: v1\nkind: Secret\nmetadata: { name: auth }\n${content}\n`;

  test('is silent about a Secret that somebody else fills', () => {
    expect(judge(clearSecret, secret('type: kubernetes.io/service-account-token'))).toEqual(
      nothing,
    );
    expect(judge(clearSecret, secret('data: {}'))).toEqual(nothing);
    expect(judge(clearSecret, deployment('web')).looked).toBe(0);
  });

  test.each(['data', 'stringData'])('fails when %s holds values, and never shows them', (field) => {
    const judged = judge(
      clearSecret,
      secret(`${field}: { password: aHVudGVyMg==, user: hunter2 }`),
    );
    expect(judged).toEqual({
      looked: 1,
      said: [`error prod/apps/auth: Secret 'auth' holds 'password', 'user' in clear in '${field}'`],
      hints: [
        'declare it with SecretDeclaration; the secret backend of the environment brings its values',
      ],
    });
    expect(JSON.stringify(judged)).not.toMatch(/hunter2|aHVudGVyMg/);
  });
});

describe('image-pinned', () => {
  const digest = `sha256:${'0'.repeat(64)}`;
  const runs = (image: string): string =>
    deployment('web').replace('registry.example.com/web:1.0.0', image);

  test.each([`nginx@${digest}`, `nginx:latest@${digest}`, `registry:5000/nginx:1.27@${digest}`])(
    'is silent about %s',
    (image) => {
      expect(judge(imagePinned, runs(image))).toEqual(nothing);
    },
  );

  test('a tag is enough where something may be lost, and not in production', () => {
    expect(judge(imagePinned, runs('nginx:1.27'), { tier: 'preproduction' })).toEqual(nothing);
    expect(judge(imagePinned, runs('nginx:1.27'))).toEqual({
      looked: 1,
      said: [
        "error prod/apps/web: container 'web' runs 'nginx:1.27' without a digest: whoever owns the tag can move it",
      ],
      hints: ['add a digest, or name it in the image lock and write imageOf(this, name)'],
    });
  });

  test.each([
    ['nginx', "runs 'nginx', which names no tag"],
    ['registry:5000/nginx', "runs 'registry:5000/nginx', which names no tag"],
    ['nginx:latest', "runs 'nginx:latest', and 'latest' is another image tomorrow"],
    ['nginx:stable', "runs 'nginx:stable', and 'stable' is another image tomorrow"],
  ])('fails when the image is %s', (image, said) => {
    expect(judge(imagePinned, runs(image))).toEqual({
      looked: 1,
      said: [`error prod/apps/web: container 'web' ${said}`],
      hints: [
        'add a version or a digest, or name it in the image lock and write imageOf(this, name)',
      ],
    });
  });

  test('warns where nothing is promised', () => {
    const { said } = judge(imagePinned, runs('nginx'), { tier: 'review' });
    expect(said).toEqual([
      "warning prod/apps/web: container 'web' runs 'nginx', which names no tag",
    ]);
  });

  test('looks at init containers and at the pods of CronJobs', () => {
    const cron = `
apiVersion: batch/v1
kind: CronJob
metadata: { name: tidy }
spec: { jobTemplate: { spec: { template: { spec: { initContainers: [{ name: a, image: b }] } } } } }
`;
    expect(judge(imagePinned, cron).said).toEqual([
      "error prod/apps/tidy: init container 'a' runs 'b', which names no tag",
    ]);
  });
});
