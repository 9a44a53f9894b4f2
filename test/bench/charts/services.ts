import type { Construct } from 'constructs';
import { CronTask, definePlatform, type Edge, type Platform, Redis, WebApp, Worker } from 'keelson';
import { clusters, environments } from './clusters.ts';

const EDGE: Edge = { name: 'alb', from: [{ cidr: '10.0.0.0/16' }] };
const TEAMS = ['orders', 'billing', 'search', 'accounts', 'mail', 'reports', 'media', 'admin'];

/** A realistic environment of 40 services: eight teams with a cache, two apps, a worker and a task. */
export function services(): Platform {
  return definePlatform({
    name: 'bench',
    clusters,
    environments: { prod: { ...environments.prod, metrics: 'prometheus' } },
    compose(env) {
      const data = env.layer('data');
      const apps = env.layer('apps');
      for (const team of TEAMS) addTeam(data, apps, { team, image: 'app', domain: env.domain });
    },
  });
}

/** The same in a cdk8s chart of one's own, where an image is given in full. */
export function addServices(scope: Construct): void {
  const image = 'registry.example.com/shop/app:1.2.3';
  for (const team of TEAMS) addTeam(scope, scope, { team, image, domain: 'example.com' });
}

interface Team {
  readonly team: string;
  readonly image: string;
  readonly domain: string;
}

function addTeam(data: Construct, apps: Construct, { domain, image, team }: Team): void {
  const cache = new Redis(data, `${team}-cache`, { memory: '256Mi', storage: '1Gi' });
  const keys = cache.keys('*').readWrite;
  const api = new WebApp(apps, `${team}-api`, {
    image,
    port: 8000,
    uses: { CACHE: keys },
    scale: { min: 3, max: 12, cpuPercent: 70 },
    metrics: { path: '/metrics' },
  });
  new WebApp(apps, team, {
    image,
    port: 8000,
    uses: { API: api.http },
    scale: { min: 3, max: 12, cpuPercent: 70 },
    expose: { host: `${team}.${domain}`, through: EDGE },
  });
  new Worker(apps, `${team}-worker`, { image, uses: { CACHE: keys, API: api.http } });
  new CronTask(apps, `${team}-cleanup`, { image, schedule: '15 3 * * *', uses: { CACHE: keys } });
}
