import { ApiObject, App, Chart, JsonPatch, Testing } from 'cdk8s';
import { expect, test } from 'vitest';
import type * as k8s from '#imports/k8s.ts';
import { CronTask, connect, ManagedRedis, Redis, WebApp, Worker } from '../src/index.ts';
import { Archive } from './core/invented.ts';
import { complaints } from './core/schema-judge.ts';

interface Written {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec: unknown;
}

/** As in anybody's cdk8s program: no platform, no layers, and their own writer. */
function chart(build: (chart: Chart) => void, namespace?: string): Written[] {
  const chart = new Chart(new App(), 'c', namespace === undefined ? {} : { namespace });
  build(chart);
  return Testing.synth(chart) as Written[];
}

function shopAndCache(scope: Chart): void {
  const cache = new Redis(scope, 'cache', { memory: '128Mi' });
  const uses = { CACHE: cache.keys('*').readWrite };
  new WebApp(scope, 'shop', { image: 'registry.example.com/shop:1.2.3', port: 8000, uses });
}

function find(objects: readonly Written[], kind: string, name: string): Written {
  const found = objects.find((each) => each.kind === kind && each.metadata.name === name);
  if (!found) throw new Error(`no ${kind} ${name}`);
  return found;
}

const deploymentOf = (objects: readonly Written[], name: string): k8s.DeploymentSpec =>
  find(objects, 'Deployment', name).spec as k8s.DeploymentSpec;

const podOf = (objects: readonly Written[], name: string): k8s.PodSpec =>
  deploymentOf(objects, name).template.spec as k8s.PodSpec;

test('services and a connection work in a plain chart', () => {
  const objects = chart(shopAndCache);
  expect(objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
    'ConfigMap cache-config',
    'ConfigMap cache-users',
    'StatefulSet cache',
    'Service cache',
    'ServiceAccount cache',
    'Deployment shop',
    'ServiceAccount shop',
    'Service shop',
  ]);
  expect(podOf(objects, 'shop').containers[0]?.env).toEqual([
    { name: 'CACHE_HOST', value: 'cache' },
    { name: 'CACHE_PORT', value: '6379' },
    { name: 'CACHE_TLS', value: 'false' },
    { name: 'CACHE_USER', value: 'shop' },
    {
      name: 'CACHE_PASSWORD',
      valueFrom: { secretKeyRef: { name: 'cache-shop', key: 'password' } },
    },
    {
      name: 'CACHE_URL',
      valueFrom: { secretKeyRef: { name: 'cache-shop', key: 'url' } },
    },
  ]);
});

test('what a plain chart gives is valid', () => {
  const objects = chart(shopAndCache);
  expect(objects.flatMap((object) => complaints(object as never))).toEqual([]);
});

test('the tier is review, and the image stands for itself', () => {
  const objects = chart(shopAndCache);
  expect(deploymentOf(objects, 'shop').replicas).toBe(1);
  expect(podOf(objects, 'shop').containers[0]?.image).toBe('registry.example.com/shop:1.2.3');
});

test('the namespace is what the chart says, or nobody', () => {
  const namespaces = (objects: Written[]) => [
    ...new Set(objects.map(({ metadata }) => metadata.namespace)),
  ];
  expect(namespaces(chart(shopAndCache))).toEqual([undefined]);
  expect(namespaces(chart(shopAndCache, 'web'))).toEqual(['web']);
});

test('an owner in a chart of another namespace is reached by its full name', () => {
  const app = new App();
  const [data, web] = ['data', 'web'].map((namespace) => new Chart(app, namespace, { namespace }));
  const cache = new Redis(data as Chart, 'cache', { memory: '64Mi' });
  const uses = { CACHE: cache.keys('*').read };
  new Worker(web as Chart, 'mailer', { image: 'a:1', uses });
  const pod = podOf(Testing.synth(web as Chart) as Written[], 'mailer');
  expect(pod.containers[0]?.env?.[0]).toEqual({
    name: 'CACHE_HOST',
    value: 'cache.data.svc.cluster.local',
  });
});

test('grants and late connections work as well', () => {
  const objects = chart((scope) => {
    const mailer = new Worker(scope, 'mailer', { image: 'a:1' });
    connect(mailer, 'ARCHIVE', new Archive(scope, 'archive').read);
  });
  expect(find(objects, 'ConfigMap', 'archive-mailer')).toBeDefined();
  const names = podOf(objects, 'mailer').containers[0]?.env?.map(({ name }) => name);
  expect(names).toContain('ARCHIVE_TOKEN');
});

test('every other service works there too', () => {
  const objects = chart((scope) => {
    const cache = new ManagedRedis(scope, 'cache', { host: 'a.b', cidrs: ['10.0.0.0/8'] });
    const uses = { CACHE: cache.keys('*').read };
    new CronTask(scope, 'report', { image: 'a:1', schedule: '0 3 * * *', uses });
    new WebApp(scope, 'shop', {
      image: 'a:1',
      port: 8000,
      metrics: {},
      migrate: { command: ['/migrate'] },
      smokeTest: { command: ['/smoke'] },
      expose: { host: 'a.b', through: { name: 'edge', from: [{ cidr: '10.0.0.0/8' }] } },
    });
  });
  expect(objects.flatMap((object) => complaints(object as never))).toEqual([]);
  expect(find(objects, 'Ingress', 'shop')).toBeDefined();
  expect(find(objects, 'Job', 'shop-migrate')).toBeDefined();
});

test('what the caller patches is patched', () => {
  const objects = chart((scope) => {
    const mailer = new Worker(scope, 'mailer', { image: 'a:1' });
    ApiObject.of(mailer).addJsonPatch(JsonPatch.replace('/spec/replicas', 7));
  });
  expect(deploymentOf(objects, 'mailer').replicas).toBe(7);
});

test('fails without a chart', () => {
  expect(() => new Worker(new App(), 'mailer', { image: 'a:1' })).toThrow(
    "service 'mailer' stands in no layer",
  );
});
