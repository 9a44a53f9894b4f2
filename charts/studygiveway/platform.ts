import {
  definePlatform,
  HAProxy,
  Memcached,
  MemcachedAdmin,
  PgAdmin,
  PgBouncer,
  Postgres,
  Redis,
  RedisInsight,
  through,
  WebApp,
} from 'keelson';
import { traefik } from './traefik.ts';

const aws = {
  provider: 'aws',
  region: 'eu-west-1',
  kubernetes: '1.34',
  zones: ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'],
  git: {
    url: 'ssh://git@github.com/studygiveway/platform',
    branch: 'main',
    secret: 'studygiveway-git', // a deploy key that may read
  },
  network: {
    apiServer: { cidrs: ['10.30.48.0/22'], port: 443 }, // where EKS puts its interfaces
    cloudLogin: { cidrs: ['10.30.52.0/24'] }, // the VPC endpoint of the token service
  },
} as const;

/** Each environment reads its own part of the store; the role behind says so. */
const store = (environment: string) =>
  ({
    backend: 'external-secrets',
    store: {
      aws: {
        region: 'eu-west-1',
        role: `arn:aws:iam::111122223333:role/studygiveway-${environment}-secrets`,
      },
    },
  }) as const;

/** In an account of its own, where nobody who can delete a cluster can delete its backups. */
const bucket = (environment: string) =>
  ({
    bucket: `s3://studygiveway-backups/${environment}`,
    cloudRole: `arn:aws:iam::444455556666:role/studygiveway-${environment}-backups`,
  }) as const;

/**
 * A Django (ASGI) product and everything around it: daphne reaches Postgres by way of HAProxy and PgBouncer,
 * Redis for sessions and channels, Memcached for pages. The versions are the ones that the product was built on.
 */
export const studygiveway = definePlatform({
  name: 'studygiveway',
  clusters: { nonprod: aws, prod: aws },
  environments: {
    staging: {
      cluster: 'nonprod',
      tier: 'review',
      domain: 'staging.studygiveway.com',
      ingress: 'traefik',
      metrics: 'prometheus',
      images: 'automatic',
      secrets: store('staging'),
      settings: { disk: '5Gi', cache: '256Mi', scale: { min: 1, max: 2 } },
    },
    qa: {
      cluster: 'nonprod',
      tier: 'preproduction',
      domain: 'qa.studygiveway.com',
      ingress: 'traefik',
      metrics: 'prometheus',
      secrets: store('qa'),
      backups: bucket('qa'),
      settings: { disk: '20Gi', cache: '512Mi', scale: { min: 2, max: 4 } },
    },
    prod: {
      cluster: 'prod',
      tier: 'production',
      domain: 'studygiveway.com',
      ingress: 'traefik',
      metrics: 'prometheus',
      secrets: store('prod'),
      backups: bucket('prod'),
      settings: { disk: '200Gi', cache: '2Gi', scale: { min: 3, max: 12 } },
    },
  },
  compose(env) {
    const { cache, disk, scale } = env.settings;

    const data = env.layer('data');
    const db = new Postgres(data, 'db', { version: '16.1', storage: disk, databases: ['shop'] });
    const pool = new PgBouncer(data, 'pool', { database: db, poolSize: 20, version: '1.22.0' });
    const redis = new Redis(data, 'redis', { version: '7.2.0', memory: cache });
    const pages = new Memcached(data, 'pages', { version: '1.6.23', memory: cache });

    const proxy = new HAProxy(env.layer('proxy'), 'proxy', {
      primary: pool,
      readOnly: db, // past the pool, for who needs a session of its own
      version: '3.0.26',
    });

    new WebApp(env.layer('apps'), 'daphne', {
      image: 'daphne',
      port: 8000,
      uses: {
        DATABASE: through(proxy, db.database('shop').readWrite),
        REDIS: redis.keys('*').readWrite, // sessions and Django channels
        PAGES: pages.readWrite,
      },
      env: {
        CONN_MAX_AGE: '0', // PgBouncer keeps the connections
        DISABLE_SERVER_SIDE_CURSORS: 'true', // settings.py reads it: a cursor does not outlive a pooled transaction
      },
      migrate: { command: ['python', 'manage.py', 'migrate', '--noinput'] },
      scale: { ...scale, cpuPercent: 70 },
      expose: { host: env.domain, through: traefik },
      health: { live: '/healthz', ready: '/readyz', host: env.domain }, // Django refuses unknown hosts
      drainSeconds: 15, // daphne does not wait for requests when it is told to stop
    });

    // One pod each, by their nature, and reached by `kubectl port-forward` alone.
    const tools = env.layer('tools');
    // pgAdmin stops a query by the number of its backend, which a pool hides, and exports by cursors that outlive it.
    new PgAdmin(tools, 'pgadmin', {
      shows: { SHOP: through(proxy.readOnly, db.database('shop').read) },
    });
    new RedisInsight(tools, 'redis-insight', { shows: { REDIS: redis.inspect } });
    new MemcachedAdmin(tools, 'memcached-admin', {
      image: 'memcached-admin',
      shows: { PAGES: pages.readWrite },
    });
  },
});
