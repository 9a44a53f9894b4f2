import { describe, expect, test } from 'vitest';
import { accountExists } from '../../src/checks/account-exists.ts';
import { claimExists } from '../../src/checks/claim-exists.ts';
import { configExists } from '../../src/checks/config-exists.ts';
import { secretExists } from '../../src/checks/secret-exists.ts';
import { deployment, judge } from './judge.ts';

const nothing = { looked: 1, said: [], hints: [] };

describe('config-exists', () => {
  const config = `
---
apiVersion: v1
kind: ConfigMap
metadata: { name: web-config }
data: { app.yaml: 'a: 1', level: debug }
`;
  const env = (name: string, key: string, more = ''): string =>
    deployment(
      'web',
      '',
      `env: [{ name: LEVEL, valueFrom: { configMapKeyRef: { name: ${name}, key: ${key}${more} } } }]`,
    );
  const volume = (source: string): string =>
    deployment('web', `volumes: [{ name: files, ${source} }]`);

  test('is silent about keys that are there, in env and in volumes', () => {
    const items = '{ name: web-config, items: [{ key: app.yaml, path: app.yaml }] }';
    expect(judge(configExists, env('web-config', 'level') + config)).toEqual(nothing);
    expect(judge(configExists, volume(`configMap: ${items}`) + config)).toEqual(nothing);
    const projected = volume(`projected: { sources: [{ configMap: ${items} }] }`);
    expect(judge(configExists, projected + config)).toEqual(nothing);
  });

  test('fails when the ConfigMap is missing', () => {
    expect(judge(configExists, env('web-cofnig', 'level') + config)).toEqual({
      looked: 1,
      said: [
        "error prod/apps/web: env 'LEVEL' of container 'web' needs ConfigMap 'web-cofnig', which nothing here makes",
      ],
      hints: ["did you mean 'web-config'? known ConfigMaps: web-config"],
    });
  });

  test('fails when it is in another namespace', () => {
    const away = config.replace('web-config }', 'web-config, namespace: other }');
    expect(judge(configExists, env('web-config', 'level') + away).said).toHaveLength(1);
  });

  test('fails when a key is missing', () => {
    expect(judge(configExists, env('web-config', 'leve') + config)).toEqual({
      looked: 1,
      said: [
        "error prod/apps/web: env 'LEVEL' of container 'web' needs key 'leve' of ConfigMap 'web-config', which has none of that name",
      ],
      hints: ["did you mean 'level'? known keys: app.yaml, level"],
    });
  });

  test.each([
    ['a volume', volume('configMap: { name: gone }')],
    ['a projected volume', volume('projected: { sources: [{ configMap: { name: gone } }] }')],
    [
      'a key of a volume',
      volume('configMap: { name: web-config, items: [{ key: gone, path: x }] }'),
    ],
    ['envFrom', deployment('web', '', 'envFrom: [{ configMapRef: { name: gone } }]')],
    [
      'a file that is mounted alone',
      deployment(
        'web',
        'volumes: [{ name: files, configMap: { name: web-config } }]',
        'volumeMounts: [{ name: files, mountPath: /etc/x, subPath: gone }]',
      ),
    ],
    [
      'an init container',
      deployment(
        'web',
        'initContainers: [{ name: first, image: "a:1", envFrom: [{ configMapRef: { name: gone } }] }]',
      ),
    ],
  ])('fails when %s asks for what is missing', (_, yaml) => {
    expect(judge(configExists, yaml + config).said).toHaveLength(1);
  });

  test('tells what is missing once, however many ask for it', () => {
    const source = '{ configMapRef: { name: gone } }';
    const yaml = deployment('web', '', `envFrom: [${source}, ${source}]`);
    expect(judge(configExists, yaml).said).toHaveLength(1);
  });

  test('looks for keys in what is there, whoever else could have made it', () => {
    const web = `
---
apiVersion: postgresql.cnpg.io/v1
kind: Cluster
metadata: { name: web }
spec: { instances: 3 }
`;
    expect(judge(configExists, env('web-config', 'gone') + config + web).said).toHaveLength(1);
    expect(judge(configExists, env('web-files', 'gone') + config + web).said).toEqual([]);
  });

  test('respects what is optional, and knows what Kubernetes puts into every namespace', () => {
    expect(judge(configExists, env('gone', 'level', ', optional: true')).looked).toBe(0);
    expect(judge(configExists, volume('configMap: { name: kube-root-ca.crt }'))).toEqual(nothing);
  });
});

describe('secret-exists', () => {
  const env = (name: string, key: string): string =>
    deployment(
      'web',
      '',
      `env: [{ name: PASSWORD, valueFrom: { secretKeyRef: { name: ${name}, key: ${key} } } }]`,
    );
  const declared = { secrets: { 'cache-auth': ['password'] } };

  test('is silent about a key that a service declares', () => {
    expect(judge(secretExists, env('cache-auth', 'password'), declared)).toEqual(nothing);
  });

  test('fails when nobody declares the Secret', () => {
    expect(judge(secretExists, env('cahce-auth', 'password'), declared)).toEqual({
      looked: 1,
      said: [
        "error prod/apps/web: env 'PASSWORD' of container 'web' needs Secret 'cahce-auth', which nothing here makes",
      ],
      hints: ["did you mean 'cache-auth'? known Secrets: cache-auth"],
    });
  });

  test('fails when nobody declares the key', () => {
    expect(judge(secretExists, env('cache-auth', 'pasword'), declared)).toEqual({
      looked: 1,
      said: [
        "error prod/apps/web: env 'PASSWORD' of container 'web' needs key 'pasword' of Secret 'cache-auth', which has none of that name",
      ],
      hints: ["did you mean 'password'? known keys: password"],
    });
  });

  test.each([
    [
      'a SealedSecret',
      `
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata: { name: cache-auth }
spec: { encryptedData: { password: AgBy } }
`,
    ],
    [
      'an ExternalSecret',
      `
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: { name: cache }
spec:
  target: { name: cache-auth }
  data: [{ secretKey: password, remoteRef: { key: cache } }]
`,
    ],
    [
      'a template of an ExternalSecret',
      `
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: { name: cache-auth }
spec:
  target: { template: { data: { password: '{{ .p }}' } } }
  data: [{ secretKey: p, remoteRef: { key: cache } }]
`,
    ],
    [
      'a Secret',
      `
apiVersion: v1
kind: Secret
metadata: { name: cache-auth }
stringData: { password: planted }
`,
    ],
  ])('knows the keys of %s', (_, secret) => {
    const right = judge(secretExists, `${env('cache-auth', 'password')}---${secret}`);
    const wrong = judge(secretExists, `${env('cache-auth', 'p')}---${secret}`);
    expect(right).toEqual(nothing);
    expect(wrong.said).toHaveLength(1);
  });

  test('knows what cert-manager issues', () => {
    const certificate = `
---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: { name: web }
spec: { secretName: web-tls, dnsNames: [a.example.com], issuerRef: { name: ca } }
`;
    expect(judge(secretExists, env('web-tls', 'tls.crt') + certificate)).toEqual(nothing);
    expect(judge(secretExists, env('web-tls', 'tls.pem') + certificate).said).toHaveLength(1);
  });

  test('takes any key of a Secret that is fetched as a whole', () => {
    const fetched = `
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: { name: cache-auth }
spec: { dataFrom: [{ extract: { key: cache } }] }
`;
    expect(judge(secretExists, env('cache-auth', 'anything') + fetched)).toEqual(nothing);
  });

  test('leaves what an operator names after its custom resource to the operator', () => {
    const cluster = `
---
apiVersion: postgresql.cnpg.io/v1
kind: Cluster
metadata: { name: db }
spec: { instances: 3 }
`;
    expect(judge(secretExists, env('db-app', 'password') + cluster).said).toEqual([]);
    expect(judge(secretExists, env('dp-app', 'password') + cluster).said).toHaveLength(1);
    const known = { secrets: { 'db-app': ['password'] } };
    expect(judge(secretExists, env('db-app', 'pasword') + cluster, known).said).toHaveLength(1);
  });

  test.each([
    ['a volume', 'volumes: [{ name: a, secret: { secretName: gone } }]'],
    [
      'a projected volume',
      'volumes: [{ name: a, projected: { sources: [{ secret: { name: gone } }] } }]',
    ],
    ['a pull secret', 'imagePullSecrets: [{ name: gone }]'],
  ])('fails when %s asks for what is missing', (_, spec) => {
    expect(judge(secretExists, deployment('web', spec)).said).toHaveLength(1);
  });

  test('looks at the certificates of routes, which cert-manager may bring', () => {
    const ingress = (annotations: string): string => `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: web, annotations: ${annotations} }
spec: { tls: [{ secretName: web-tls }] }
`;
    expect(judge(secretExists, ingress('{}')).said).toEqual([
      "error prod/apps/web: 'spec.tls' of Ingress 'web' needs Secret 'web-tls', which nothing here makes",
    ]);
    expect(judge(secretExists, ingress('{ cert-manager.io/cluster-issuer: le }'))).toEqual(nothing);
  });
});

describe('account-exists', () => {
  const account = `
---
apiVersion: v1
kind: ServiceAccount
metadata: { name: web }
`;

  test('is silent about an account that is there', () => {
    const yaml = deployment('web', 'serviceAccountName: web') + account;
    expect(judge(accountExists, yaml)).toEqual(nothing);
  });

  test('fails when it is not', () => {
    expect(judge(accountExists, deployment('web', 'serviceAccountName: wbe') + account)).toEqual({
      looked: 1,
      said: [
        "error prod/apps/web: Deployment 'web' names ServiceAccount 'wbe', which is not in 'shop-prod'",
      ],
      hints: ['known ServiceAccounts: web'],
    });
  });

  test('leaves alone pods that name none, and the account that every namespace has', () => {
    expect(judge(accountExists, deployment('web')).looked).toBe(0);
    expect(judge(accountExists, deployment('web', 'serviceAccountName: default')).looked).toBe(0);
  });

  test('looks at bindings in namespaces of ours', () => {
    const binding = (subject: string): string => `
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: web }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: web }
subjects: [{ kind: ServiceAccount, ${subject} }]
`;
    expect(judge(accountExists, account + binding('name: web'))).toEqual(nothing);
    expect(judge(accountExists, account + binding('name: gone')).said).toHaveLength(1);
    const elsewhere = binding('name: kustomize-controller, namespace: flux-system');
    expect(judge(accountExists, account + elsewhere)).toEqual(nothing);
  });
});

describe('claim-exists', () => {
  const mounts = (name: string): string =>
    deployment('web', `volumes: [{ name: data, persistentVolumeClaim: { claimName: ${name} } }]`);
  const claim = `
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: data }
spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }
`;

  test('is silent about a claim that is there', () => {
    expect(judge(claimExists, mounts('data') + claim)).toEqual(nothing);
  });

  test('fails when it is not', () => {
    expect(judge(claimExists, mounts('date') + claim)).toEqual({
      looked: 1,
      said: [
        "error prod/apps/web: Deployment 'web' mounts PersistentVolumeClaim 'date', which is not in 'shop-prod'",
      ],
      hints: ["did you mean 'data'? known claims: data"],
    });
  });

  test('knows the claims that a StatefulSet makes', () => {
    const set = `
---
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db }
spec: { volumeClaimTemplates: [{ metadata: { name: data } }] }
`;
    expect(judge(claimExists, mounts('data-db-0') + set)).toEqual(nothing);
    expect(judge(claimExists, mounts('data-db-x') + set).said).toHaveLength(1);
  });
});
