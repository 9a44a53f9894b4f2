import { expect, test } from 'vitest';
import { external } from '../../src/core/access.ts';
import { Worker, type WorkerProps } from '../../src/services/worker.ts';
import { type SynthOptions, synth } from '../synth.ts';

/** `replicas` is in the defaults' place: it excludes `scale`. */
const everyProp: Required<Omit<WorkerProps, 'replicas'>> = {
  image: 'shop',
  command: ['/app/worker'],
  args: ['--queue', 'mail'],
  env: { LOG_LEVEL: 'info' },
  files: {
    '/etc/worker/queues.yaml': 'queues: [mail]\n',
    '/opt/worker/queues.yaml': 'queues: []\n',
  },
  resources: { cpu: '250m', memory: '512Mi', cpuLimit: '2' },
  serviceAccountToken: true,
  cloudRole: 'arn:aws:iam::111122223333:role/mailer',
  uses: {
    MAIL: external('smtp.example.com', 587, { protocol: 'smtp', cidrs: ['203.0.113.0/24'] }),
  },
  scale: { external: [{ metric: 'queue_length', average: '30' }] },
  priority: 'batch',
  user: 10001,
  minReadySeconds: 1,
  progressDeadlineSeconds: 300,
  drainSeconds: 5,
  shutdownSeconds: 300,
  sidecars: { proxy: { image: 'envoy', resources: { memory: '32Mi' } } },
};

const minimal: WorkerProps = { image: 'shop' };

test.each([
  ['defaults', minimal, {}],
  ['defaults-preproduction', minimal, { environment: { tier: 'preproduction' } }],
  ['defaults-review', minimal, { environment: { tier: 'review' } }],
  ['fixed-number', { image: 'shop', replicas: 4 }, { cluster: { provider: 'digitalocean' } }],
  ['every-prop', everyProp, {}],
] as const satisfies [string, WorkerProps, SynthOptions][])(
  'golden: %s',
  async (golden, props, options) => {
    const yaml = synth((scope) => new Worker(scope, 'mailer', props), options);
    await expect(yaml).toMatchFileSnapshot(`../golden/worker/${golden}.yaml`);
  },
);
