const DIGEST = `sha256:${'0'.repeat(64)}`; // production asks for one

/** Two environments, a soft connection, one to the outside and one to what is shared. */
export const PLATFORM = `
import { definePlatform, external, Redis, soft, WebApp, Worker } from 'keelson';

export default definePlatform({
  name: 'shop',
  clusters: { main: { provider: 'generic', kubernetes: '1.34' } },
  environments: {
    staging: { cluster: 'main', tier: 'preproduction', domain: 'staging.example.com', settings: {} },
    prod: { cluster: 'main', tier: 'production', domain: 'example.com', settings: {} },
  },
  composeCluster: (cluster) =>
    new WebApp(cluster.layer('logs'), 'logs', { image: 'logs:1@${DIGEST}', port: 8080 }),
  compose(env) {
    const cache = new Redis(env.layer('data'), 'cache', { memory: '64Mi' });
    const web = new WebApp(env.layer('apps'), 'web', {
      image: 'web:1@${DIGEST}',
      port: 8080,
      uses: {
        CACHE: cache.keys('*').readWrite,
        LOGS: soft(env.shared.http),
        PAY: external('api.pay.example.com', 443),
      },
      migrate: { command: ['migrate'] },
    });
    if (env.name === 'staging') return;
    new Worker(env.layer('apps'), 'mailer', { image: 'mailer:1@${DIGEST}', uses: { WEB: web.http } });
  },
});
`;
