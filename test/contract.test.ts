import type { Construct } from 'constructs';
import { describe, expect, test } from 'vitest';
import type * as k8s from '#imports/k8s.ts';
import type { Entry, KubeObject } from '../src/core/model.ts';
import { KUBERNETES_VERSIONS } from '../src/core/schema.ts';
import * as library from '../src/index.ts';
import { toYaml } from '../src/output/yaml.ts';
import { CronTask } from '../src/services/cron-task.ts';
import { HAProxy } from '../src/services/haproxy.ts';
import { ManagedPostgres } from '../src/services/managed-postgres.ts';
import { ManagedRedis } from '../src/services/managed-redis.ts';
import { Memcached } from '../src/services/memcached.ts';
import { MemcachedAdmin } from '../src/services/memcached-admin.ts';
import { PgAdmin } from '../src/services/pgadmin.ts';
import { PgBouncer } from '../src/services/pgbouncer.ts';
import { Postgres } from '../src/services/postgres.ts';
import { Redis } from '../src/services/redis.ts';
import { RedisInsight } from '../src/services/redis-insight.ts';
import { WebApp } from '../src/services/web-app.ts';
import { Worker } from '../src/services/worker.ts';
import { complaints } from './core/schema-judge.ts';
import { modelOf, type SynthOptions, schemas } from './synth.ts';

const cloudRole = 'arn:aws:iam::111122223333:role/shop';
const edge = {
  name: 'edge',
  from: [{ cidr: '10.0.0.0/8' }],
  certificate: { clusterIssuer: 'a' },
} as const;

/** Every service, with all that makes it emit another object or container. */
const SERVICES: Readonly<Record<string, (scope: Construct) => void>> = {
  WebApp: (scope) => {
    const cache = new Redis(scope, 'cache', { memory: '64Mi' });
    new WebApp(scope, 'shop', {
      image: 'shop',
      port: 8000,
      ports: { grpc: 9000 },
      scale: {},
      cloudRole,
      files: { '/etc/a': 'b' },
      uses: { CACHE: library.asFiles(cache.keys('*').read), API: library.external('a.b', 443) },
      expose: { host: 'a.example.com', through: edge },
      metrics: { port: 9100 },
      migrate: { command: ['/migrate'], files: { '/etc/c': 'd' } },
      smokeTest: { image: 'envoy' },
      sidecars: { proxy: { image: 'envoy', port: 9901 } },
    });
  },
  Worker: (scope) =>
    void new Worker(scope, 'mailer', { image: 'shop', sidecars: { proxy: { image: 'envoy' } } }),
  CronTask: (scope) =>
    void new CronTask(scope, 'report', {
      image: 'shop',
      schedule: '0 3 * * *',
      serviceAccountToken: true,
    }),
  Redis: (scope) =>
    void new Redis(scope, 'cache', { memory: '1Gi', availability: 'replicated', retire: true }),
  RedisInsight: (scope) => {
    const cache = new Redis(scope, 'cache', { memory: '64Mi' });
    new RedisInsight(scope, 'insight', { shows: { CACHE: cache.inspect } });
  },
  Memcached: (scope) => {
    const cache = new Memcached(scope, 'cache', { memory: '1Gi', shards: 3 });
    new Worker(scope, 'mailer', { image: 'shop', uses: { CACHE: cache.readWrite } });
  },
  MemcachedAdmin: (scope) => {
    const cache = new Memcached(scope, 'cache', { memory: '64Mi' });
    new MemcachedAdmin(scope, 'admin', { image: 'shop', shows: { CACHE: cache.readWrite } });
  },
  Postgres: (scope) => {
    const db = new Postgres(scope, 'db', { databases: ['shop'], retire: true });
    const uses = { DATABASE: db.database('shop').readWrite };
    new Worker(scope, 'mailer', { image: 'shop', uses });
  },
  PgBouncer: (scope) => {
    const db = new Postgres(scope, 'db', { databases: ['shop'] });
    new PgBouncer(scope, 'pooler', { database: db.endpoint, instances: 3 });
  },
  PgAdmin: (scope) => {
    const db = new Postgres(scope, 'db', { databases: ['shop'] });
    new PgAdmin(scope, 'pgadmin', { shows: { SHOP: db.database('shop').read } });
  },
  HAProxy: (scope) => {
    const db = new Postgres(scope, 'db', { databases: ['shop'] });
    const proxy = new HAProxy(scope, 'proxy', { primary: db.endpoint, readOnly: db.replicas });
    const uses = { DATABASE: library.through(proxy, db.database('shop').read) };
    new Worker(scope, 'mailer', { image: 'shop', uses });
  },
  ManagedPostgres: (scope) => {
    const databases = ['shop'] as const;
    const db = new ManagedPostgres(scope, 'db', { host: 'a.b', cidrs: ['10.0.0.0/16'], databases });
    const uses = { DATABASE: library.asFiles(db.database('shop').read) };
    new Worker(scope, 'mailer', { image: 'shop', uses });
  },
  ManagedRedis: (scope) => {
    const cache = new ManagedRedis(scope, 'cache', { host: 'a.b', cidrs: ['10.0.0.0/16'] });
    new Worker(scope, 'mailer', { image: 'shop', uses: { CACHE: cache.keys('*').read } });
  },
};

test('the contract holds for every service that there is', () => {
  const services = Object.entries(library)
    .filter(([, value]) => value.prototype instanceof library.Service)
    .map(([name]) => name);
  expect(Object.keys(SERVICES).sort()).toEqual(services.sort());
});

const INGRESSES = ['ingress', 'traefik', 'gateway'] as const;
const cases = Object.entries(SERVICES).flatMap(([name, build]) =>
  (['production', 'preproduction', 'review'] as const).flatMap((tier) =>
    (name === 'WebApp' ? INGRESSES : INGRESSES.slice(0, 1)).map((ingress) => {
      const options: SynthOptions = {
        environment: {
          tier,
          ingress,
          metrics: 'prometheus',
          backups: { bucket: 's3://shop-backups' },
        },
      };
      return [name, tier, ingress, () => modelOf(build, options).entries] as const;
    }),
  ),
);

describe.each(cases)('%s in %s with %s', (_name, _tier, _ingress, build) => {
  const entries = build();

  test('says which service and platform it belongs to', () => {
    for (const { object, origin } of entries) {
      expect(object.metadata.labels, object.metadata.name).toMatchObject({
        'app.kubernetes.io/name': expect.stringMatching(/^[a-z]/),
        'app.kubernetes.io/part-of': 'test',
        'app.kubernetes.io/managed-by': 'keelson',
        ...(isOfService(origin) && { 'app.kubernetes.io/instance': origin.service }),
      });
    }
  });

  test('has a namespace exactly where its kind has one', () => {
    for (const { object, origin } of entries) {
      const scope = schemas.find(object.apiVersion, object.kind)?.scope;
      const namespace = scope === 'Cluster' ? undefined : (origin.namespace ?? 'missing');
      expect(object.metadata.namespace, `${object.kind} ${object.metadata.name}`).toBe(namespace);
    }
  });

  test('asks for processor and memory in every container, and limits the memory', () => {
    for (const { resources } of containersIn(entries)) {
      expect(resources?.requests).toEqual({ cpu: expect.anything(), memory: expect.anything() });
      expect(resources?.limits?.['memory']).toBe(resources?.requests?.['memory']);
    }
  });

  test('meets the level `restricted` in every container', () => {
    for (const { spec } of templatesIn(entries)) {
      expect(spec?.securityContext).toMatchObject({
        runAsNonRoot: true,
        seccompProfile: { type: 'RuntimeDefault' },
      });
      expect(spec?.hostNetwork ?? spec?.hostPID ?? spec?.hostIPC ?? false).toBe(false);
      for (const volume of spec?.volumes ?? []) expect(volume).not.toHaveProperty('hostPath');
    }
    for (const { name, securityContext, volumeMounts } of containersIn(entries)) {
      expect(securityContext).toEqual({
        allowPrivilegeEscalation: false,
        capabilities: { drop: ['ALL'], ...(name === 'pgadmin' && { add: ['NET_BIND_SERVICE'] }) },
        readOnlyRootFilesystem: name !== 'pgadmin', // its entry point writes beside itself
      });
      expect(volumeMounts).toContainEqual({ name: 'tmp', mountPath: '/tmp' });
    }
  });

  test('runs under a ServiceAccount of its own, without links to other Services', () => {
    const accounts = entries.filter(({ object }) => object.kind === 'ServiceAccount');
    for (const { spec } of templatesIn(entries)) {
      expect(spec?.enableServiceLinks).toBe(false);
      expect(typeof spec?.automountServiceAccountToken).toBe('boolean');
      const own = accounts.filter(
        ({ object }) => object.metadata.name === spec?.serviceAccountName,
      );
      expect(own).toHaveLength(1);
    }
  });

  test('pins every image', () => {
    for (const { image = '' } of containersIn(entries)) {
      expect(image).toMatch(/:[^/:@]+(@sha256:[0-9a-f]{64})?$/);
      expect(image).not.toMatch(/:latest/);
    }
  });

  test('selects by name and instance and nothing else', () => {
    for (const { object } of entries) {
      for (const selector of selectorsIn(object)) {
        const foreign = Object.keys(selector).some((key) =>
          /^(acme\.cert-manager|cnpg)\.io\//.test(key),
        );
        if (foreign) continue;
        // One pod of a StatefulSet: what follows from the service's name as well.
        const { 'statefulset.kubernetes.io/pod-name': _pod, ...labels } = selector;
        expect(Object.keys(labels).sort(), `${object.kind} ${object.metadata.name}`).toEqual([
          'app.kubernetes.io/instance',
          'app.kubernetes.io/name',
        ]);
      }
    }
  });

  test('gives the same bytes from two composes', () => {
    const text = (all: readonly Entry[]) => all.map(({ object }) => toYaml(object)).join('---\n');
    expect(text(build())).toBe(text(entries));
  });

  test.each(KUBERNETES_VERSIONS)('is valid on Kubernetes %s', (version) => {
    expect(entries.flatMap(({ object }) => complaints(object, version))).toEqual([]);
  });
});

const isOfService = ({ layer, environment }: Entry['origin']): boolean =>
  layer !== 'namespace' && environment !== 'shared';

function templatesIn(entries: readonly Entry[]): k8s.PodTemplateSpec[] {
  return entries.flatMap(({ object }) => {
    if (object.apiVersion.startsWith('postgresql.cnpg.io/')) return []; // its operator completes them
    const spec = object['spec'] as {
      template?: k8s.PodTemplateSpec;
      jobTemplate?: k8s.JobTemplateSpec;
    };
    return spec?.template ?? spec?.jobTemplate?.spec?.template ?? [];
  });
}

function containersIn(entries: readonly Entry[]): k8s.Container[] {
  return templatesIn(entries).flatMap(({ spec }) => [
    ...(spec?.containers ?? []),
    ...(spec?.initContainers ?? []),
  ]);
}

/** The label selectors that an object finds its own pods with. */
function selectorsIn({ kind, ...object }: KubeObject): Readonly<Record<string, string>>[] {
  const spec = (object['spec'] ?? {}) as {
    selector?: { matchLabels?: Record<string, string> };
    podSelector?: { matchLabels?: Record<string, string> };
  };
  const { podSelector, selector } = spec;
  if (kind === 'Service') return [selector as Record<string, string>];
  return [selector?.matchLabels, podSelector?.matchLabels].filter((each) => each !== undefined);
}
