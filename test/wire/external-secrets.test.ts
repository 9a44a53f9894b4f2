import { expect, test } from 'vitest';
import { runChecks } from '../../src/checks/checks.ts';
import type { KubeObject, Model } from '../../src/core/model.ts';
import { generated, madeBy } from '../../src/core/secret.ts';
import { WebApp } from '../../src/services/web-app.ts';
import { Worker } from '../../src/services/worker.ts';
import { EVERY_SOURCE, Keeper } from '../core/keeper.ts';
import { objectOf, schemas } from '../synth.ts';
import { backendObjects, backendYaml, VAULT, withBackend } from './secrets.ts';

const everySource = (options: object = {}) =>
  withBackend({ secrets: VAULT, ...options }, (env) => {
    new Keeper(env.layer('data'), 'db', EVERY_SOURCE);
  });

/** Keepers run no pods, which a policy may say. */
const findings = (model: Model) =>
  runChecks({ model, schemas, fileOf: () => '' }).findings.filter(
    ({ severity }) => severity === 'error',
  );

test('golden: every source, kept in Vault', async () => {
  await expect(backendYaml(everySource())).toMatchFileSnapshot('../golden/secrets/vault.yaml');
});

test('golden: a copy in another namespace, kept in AWS', async () => {
  const secrets = {
    backend: 'external-secrets',
    store: { aws: { region: 'eu-west-1', role: 'arn:aws:iam::111122223333:role/shop' } },
  } as const;
  const model = withBackend({ secrets, operators: 'present' }, (env) => {
    const db = new Keeper(env.layer('data'), 'db', EVERY_SOURCE);
    new Worker(env.layer('agents', { namespace: 'agents' }), 'agent', {
      image: 'shop',
      uses: { DB: db.give({ URL: 'url' }) },
    });
  });
  await expect(backendYaml(model)).toMatchFileSnapshot('../golden/secrets/aws-copy.yaml');
});

test('everything is as the schemas and the other rules want it', () => {
  expect(findings(everySource())).toEqual([]);
});

test('nothing shows a value, and nothing is a Secret in clear', () => {
  expect(everySource().entries.filter(({ object }) => object.kind === 'Secret')).toEqual([]);
});

const noted = (model: Model) =>
  objectOf(model, 'ExternalSecret', 'db-auth').metadata.annotations ?? {};

test('what was generated is kept when its file goes, but for a review environment', () => {
  expect(noted(everySource())).toEqual({ 'kustomize.toolkit.fluxcd.io/prune': 'disabled' });
  expect(noted(everySource({ tier: 'review' }))).toEqual({});
});

test('a generated value is made once: into the store, where nothing is there yet', () => {
  const model = everySource();
  const spec = objectOf(model, 'PushSecret', 'db-auth-cookie')['spec'];
  expect(spec).toMatchObject({ updatePolicy: 'IfNotExists', deletionPolicy: 'None' });
  expect(spec).toMatchObject({
    data: [{ match: { remoteRef: { remoteKey: 'test/prod/db-auth/cookie', property: 'cookie' } } }],
  });
  const { data } = objectOf(model, 'ExternalSecret', 'db-auth')['spec'] as { data: object[] };
  expect(data).toContainEqual({
    secretKey: 'cookie',
    remoteRef: { key: 'test/prod/db-auth/cookie', property: 'cookie' },
  });
});

test('what an operator writes is left to it', () => {
  const model = withBackend({ secrets: VAULT }, (env) => {
    new Keeper(env.layer('data'), 'db', { keys: { 'tls.crt': madeBy('cert-manager') } });
  });
  expect(backendObjects(model)).toEqual([]);
});

test('what an operator writes travels by way of the store to a client in another namespace', () => {
  const model = withBackend(
    {
      secrets: VAULT,
      shared: (cluster) =>
        new Keeper(cluster.layer('data'), 'db', { keys: { ca: madeBy('cloudnative-pg') } }),
    },
    (env, shared) => {
      const uses = { DB: (shared as Keeper).give({ CA: 'ca' }) };
      new Worker(env.layer('apps'), 'web', { image: 'shop', uses });
    },
  );
  expect(objectOf(model, 'PushSecret', 'db-auth')).toMatchObject({
    metadata: { namespace: 'test-shared' },
    spec: { updatePolicy: 'Replace', selector: { secret: { name: 'db-auth' } } },
  });
  expect(objectOf(model, 'ExternalSecret', 'web-from-shared-db-auth')).toMatchObject({
    metadata: { namespace: 'test-prod' },
    spec: { data: [{ remoteRef: { key: 'test/shared/test/db-auth', property: 'ca' } }] },
  });
  expect(findings(model)).toEqual([]);
});

const named = (objects: readonly KubeObject[], kind: string) =>
  objects.filter((object) => object.kind === kind).map(({ metadata }) => metadata);

test('each namespace has a store of its own, and the cluster one operator', () => {
  const build = (operators?: 'present') =>
    backendObjects(
      withBackend({ secrets: VAULT, ...(operators && { operators }) }, (env) => {
        new Keeper(env.layer('data'), 'db', { keys: { password: generated() } });
        new Keeper(env.layer('more'), 'cache');
        new Keeper(env.layer('agents', { namespace: 'agents' }), 'agent');
      }),
    );
  expect(named(build(), 'SecretStore').map(({ namespace }) => namespace)).toEqual([
    'test-prod',
    'test-prod-agents',
  ]);
  expect(named(build(), 'HelmRelease').map(({ name }) => name)).toEqual(['external-secrets']);
  expect(named(build('present'), 'HelmRelease')).toEqual([]);
});

test('without secrets there is neither store nor operator', () => {
  const model = withBackend({ secrets: VAULT }, (env) => {
    new WebApp(env.layer('apps'), 'web', { image: 'shop', port: 8000 });
  });
  expect(backendObjects(model)).toEqual([]);
});

test('a copy goes with the connection that it was made for', () => {
  const build = (used: boolean) =>
    withBackend({ secrets: VAULT, operators: 'present' }, (env) => {
      const db = new Keeper(env.layer('data'), 'db');
      const uses = { DB: db.give({ PASSWORD: 'password' }) };
      const agents = env.layer('agents', { namespace: 'agents' });
      new Worker(agents, 'agent', { image: 'shop', ...(used && { uses }) });
    });
  const copy = objectOf(build(true), 'ExternalSecret', 'agent-from-db-auth');
  expect(copy.metadata.annotations).toBeUndefined();
  const names = (model: Model) => named(backendObjects(model), 'ExternalSecret').length;
  expect([names(build(true)), names(build(false))]).toEqual([2, 1]);
});
