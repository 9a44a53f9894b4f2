import { definePlatform, external, ManagedRedis, Redis, soft, WebApp } from 'keelson';
import { alerts } from './alerts.ts';
import { loadBalancer } from './load-balancer.ts';

/** The VPC endpoint of CloudWatch. */
const METRICS = { cidrs: ['10.20.49.0/24'] };

const git = {
  url: 'ssh://git@github.com/keelson-examples/hello-world',
  branch: 'main',
  secret: 'hello-world-git', // a deploy key that may read
} as const;

/**
 * One small HTTP service that stores dates of birth and greets on birthdays: a throw-away `review`
 * with Redis inside, and `live` on MemoryDB. Same program; all that differs is in the settings.
 */
export const helloWorld = definePlatform({
  name: 'hello-world',
  clusters: {
    review: {
      provider: 'aws',
      region: 'eu-west-1',
      kubernetes: '1.34',
      zones: ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'],
      git,
    },
    live: {
      provider: 'aws',
      region: 'eu-west-1',
      kubernetes: '1.34',
      zones: ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'],
      git,
      network: { cloudLogin: { cidrs: ['10.20.48.0/24'] } }, // the VPC endpoint of the token service
      registryMirror: '111122223333.dkr.ecr.eu-west-1.amazonaws.com', // ECR's pull-through cache
      operators: 'present', // the monitoring stack comes with the cluster, from Terraform
    },
  },
  environments: {
    review: {
      cluster: 'review',
      tier: 'review',
      domain: 'review.hello.example.com',
      images: 'automatic', // its lines in the lock are marked for Flux, which may move them
      secrets: {
        backend: 'sops',
        recipients: ['age1rm8cnhg6k0v58vhkaypkjzun8mue83aezxlrpsrttxyryca72f7q93nu56'], // the review cluster's key
      },
      settings: {
        balancerSubnets: ['10.10.0.0/20', '10.10.16.0/20', '10.10.32.0/20'],
        store: 'inside',
        scale: { min: 2, max: 4 },
      },
    },
    live: {
      cluster: 'live',
      tier: 'production',
      domain: 'hello.example.com',
      metrics: 'prometheus',
      settings: {
        balancerSubnets: ['10.20.0.0/20', '10.20.16.0/20', '10.20.32.0/20'],
        store: {
          host: 'clustercfg.hello-world.abc123.memorydb.eu-west-1.amazonaws.com',
          subnets: ['10.20.64.0/20', '10.20.80.0/20', '10.20.96.0/20'],
          metrics: 'monitoring.eu-west-1.amazonaws.com', // what the account's alarms look at
          role: 'arn:aws:iam::111122223333:role/hello-world-live',
        },
        scale: { min: 3, max: 30 },
      },
    },
  },
  compose(env) {
    const { balancerSubnets, scale, store } = env.settings;
    const data = env.layer('data');
    const birthdays =
      store === 'inside'
        ? new Redis(data, 'birthdays', { memory: '128Mi', storage: '1Gi' })
        : new ManagedRedis(data, 'birthdays', {
            host: store.host,
            cidrs: store.subnets,
            login: 'cloud-role', // MemoryDB's IAM login: no password to keep or rotate
            user: 'hello',
          });

    new WebApp(env.layer('apps'), 'hello', {
      image: 'hello-world',
      port: 8000,
      uses: {
        STORE: birthdays.keys('birthday:*').readWrite,
        ...(store !== 'inside' && { CLOUDWATCH: soft(external(store.metrics, 443, METRICS)) }),
      },
      scale: { ...scale, cpuPercent: 60 },
      expose: {
        host: env.domain,
        through: loadBalancer({ subnets: balancerSubnets, healthPath: '/healthz' }),
      },
      drainSeconds: 20, // the balancer needs a moment to send its requests elsewhere
      metrics: { path: '/metrics' },
      smokeTest: { command: ['/app/smoke-test'] }, // greets a user who was born today
      ...(store !== 'inside' && { cloudRole: store.role }),
    });
    if (env.name === 'live') {
      alerts(env.layer('apps'), { job: `${env.namespace}/hello`, store: 'hello-world' });
    }
  },
});
