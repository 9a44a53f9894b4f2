import { ApiObject, Chart, Include, JsonPatch } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { expect, test } from 'vitest';
import { render } from '../../src/output/render.ts';
import { complaints } from '../core/schema-judge.ts';
import { modelOf, modelOfAll, objectOf } from '../synth.ts';

function crd(scope: Construct, id: string, metadata: object): ApiObject {
  return new ApiObject(scope, id, { apiVersion: 'example.com/v1', kind: 'Widget', metadata });
}

const pathsOf = (model: ReturnType<typeof modelOf>): string[] =>
  [...render(model).keys()]
    .filter((path) => path.startsWith('test/test/prod/apps/'))
    .map((path) => path.slice('test/test/prod/apps/'.length));

test('cdk8s-plus objects get a readable name, a path, the namespace and labels', () => {
  const model = modelOf((scope) => {
    const web = new kplus.Deployment(scope, 'Web', { replicas: 2 });
    web.addContainer({ image: 'nginx:1.27.0', port: 8080 });
    web.exposeViaService({ ports: [{ port: 80, targetPort: 8080 }] });
    new kplus.ConfigMap(scope, 'settings', { data: { a: '1' } });
  });
  expect(pathsOf(model)).toEqual([
    'Web/deployment-web.yaml',
    'Web/service-web-service.yaml',
    'settings/configmap-settings.yaml',
    'kustomization.yaml',
  ]);
  expect(objectOf(model, 'Deployment', 'web').metadata).toMatchObject({
    namespace: 'test-prod',
    labels: {
      'app.kubernetes.io/name': 'Web',
      'app.kubernetes.io/part-of': 'test',
      'app.kubernetes.io/managed-by': 'keelson',
    },
  });
  expect(model.entries.flatMap(({ object }) => complaints(object))).toEqual([]);
});

test('a user of plain objects writes what they want, and it is kept', () => {
  const labels = { 'app.kubernetes.io/name': 'mine', team: 'web' };
  const model = modelOf((scope) => crd(scope, 'w', { name: 'w', namespace: 'elsewhere', labels }));
  expect(objectOf(model, 'Widget', 'w').metadata).toEqual({
    name: 'w',
    namespace: 'elsewhere',
    labels: {
      ...labels,
      'app.kubernetes.io/managed-by': 'keelson',
      'app.kubernetes.io/part-of': 'test',
    },
  });
});

test('a kind of the whole cluster gets no namespace, one of a namespace gets it, and an unknown one too', () => {
  const model = modelOf((scope) => {
    const role = { apiVersion: 'rbac.authorization.k8s.io/v1', metadata: { name: 'r' }, rules: [] };
    new ApiObject(scope, 'a', { ...role, kind: 'ClusterRole' });
    new ApiObject(scope, 'b', { ...role, kind: 'Role' });
    crd(scope, 'c', { name: 'r' });
  });
  expect(objectOf(model, 'ClusterRole', 'r').metadata.namespace).toBeUndefined();
  expect(objectOf(model, 'Role', 'r').metadata.namespace).toBe('test-prod');
  expect(objectOf(model, 'Widget', 'r').metadata.namespace).toBe('test-prod');
});

test('a chart inside a layer, an Include and a patch are all finished', () => {
  const model = modelOfAll((env) => {
    const inner = new Chart(env.layer('apps'), 'inner');
    const widget = crd(inner, 'w', { name: 'w' });
    widget.addJsonPatch(JsonPatch.add('/spec', { size: 3 }));
    new Include(env.layer('apps'), 'included', { url: 'test/golden/worker/defaults-review.yaml' });
  });
  expect(objectOf(model, 'Widget', 'w')).toMatchObject({
    metadata: { namespace: 'test-prod' },
    spec: { size: 3 },
  });
  expect(objectOf(model, 'Deployment', 'mailer').metadata.namespace).toBe('test-prod');
});

test('an id with spaces and capitals makes a path and labels that everybody takes', () => {
  const model = modelOf((scope) => crd(scope, 'My first Widget!', { name: 'w' }));
  expect(pathsOf(model)).toContain('My-first-Widget-/widget-w.yaml');
  expect(objectOf(model, 'Widget', 'w').metadata.labels).toMatchObject({
    'app.kubernetes.io/name': 'My-first-Widget',
  });
});

test('what wraps an object decides its folder, never its name', () => {
  const model = modelOf((scope) => crd(new Construct(scope, 'around'), 'w', { name: 'w' }));
  expect(pathsOf(model)).toContain('around/widget-w.yaml');
});

test('two objects of one kind and name in one place are an error, never a silent loss', () => {
  const model = modelOf((scope) => {
    const around = new Construct(scope, 'around');
    crd(around, 'a', { name: 'w' });
    crd(around, 'b', { name: 'w' });
  });
  expect(() => render(model)).toThrow(
    "prod/apps/around/b: Widget 'w' claims test/test/prod/apps/around/widget-w.yaml",
  );
});

test('fails with an object that has no name', () => {
  expect(() => modelOf((scope) => crd(scope, 'w', { name: '' }))).toThrow(
    "prod/apps/w: a Widget has no 'metadata.name'",
  );
});

test('fails with an object that is no plain data', () => {
  const build = () =>
    modelOf(
      (scope) =>
        new ApiObject(scope, 'w', {
          apiVersion: 'example.com/v1',
          kind: 'Widget',
          metadata: { name: 'w' },
          spec: { when: new Date(0), what: new Map() },
        }),
    );
  expect(build).toThrow('prod/apps/w: the Widget cannot be turned into plain data');
});
