import { expect, test } from 'vitest';
import type * as k8s from '#imports/k8s.ts';
import { WebApp, type WebAppProps } from '../../src/services/web-app.ts';
import { Archive, Ledger } from '../core/invented.ts';
import { listed, modelOfAll, objectOf, specOf } from '../synth.ts';

/** A ledger and an archive in `data`, and an application that uses both, in `apps`. */
function released(props: Partial<WebAppProps> = {}) {
  return modelOfAll((env) => {
    const ledger = new Ledger(env.layer('data'), 'ledger');
    const archive = new Archive(env.layer('data'), 'archive');
    new WebApp(env.layer('apps'), 'shop', {
      image: 'shop',
      port: 8000,
      uses: { LEDGER: ledger.book('orders').write, ARCHIVE: archive.read },
      migrate: { command: ['/migrate'] },
      smokeTest: { command: ['/smoke'] },
      ...props,
    });
  });
}

function jobOf(name: string, props?: Partial<WebAppProps>): k8s.JobSpec {
  return specOf<k8s.JobSpec>(released(props), 'Job', name);
}

const containerOf = (job: k8s.JobSpec) => job.template.spec?.containers[0];

test('the migration is a step before its layer, the smoke test one after it', () => {
  const lines = listed(released()).filter((line) => line.startsWith('apps-'));
  expect(lines).toEqual([
    'apps-after: Job shop-smoke-test',
    'apps-after: NetworkPolicy shop-smoke-test-to-shop',
    'apps-after: ServiceAccount shop-smoke-test',
    'apps-before: Job shop-migrate',
    'apps-before: NetworkPolicy shop-migrate-to-archive',
    'apps-before: NetworkPolicy shop-migrate-to-ledger',
    'apps-before: ServiceAccount shop-migrate',
  ]);
});

test('whoever is migrated or tested admits the job', () => {
  const lines = listed(released());
  expect(lines).toContain('apps: NetworkPolicy shop-from-shop-smoke-test');
  expect(lines).toContain('data: NetworkPolicy ledger-from-shop-migrate');
});

test('the migration works with the credentials of its service: nobody makes a second one', () => {
  const model = released();
  expect(objectOf(model, 'ConfigMap', 'ledger')['data']).toEqual({ users: 'shop orders:write' });
  expect(listed(model).filter((line) => line.includes('ConfigMap archive-'))).toEqual([
    'data: ConfigMap archive-shop',
  ]);
  const variables = (job: k8s.JobSpec) =>
    containerOf(job)?.env?.filter(({ name }) => name.includes('LEDGER'));
  const deployment = specOf<k8s.DeploymentSpec>(model, 'Deployment', 'shop');
  expect(variables(jobOf('shop-migrate'))).toEqual(
    deployment.template.spec?.containers[0]?.env?.filter(({ name }) => name.includes('LEDGER')),
  );
});

test('the migration takes on the cloud role as well, the smoke test does not', () => {
  const model = released({ cloudRole: 'arn:aws:iam::111122223333:role/shop' });
  const notes = (name: string) => objectOf(model, 'ServiceAccount', name).metadata.annotations;
  expect(notes('shop-migrate')).toEqual(notes('shop'));
  expect(notes('shop-smoke-test')).toBeUndefined();
});

test('both run the image of the release', () => {
  expect(containerOf(jobOf('shop-migrate'))?.image).toMatch(/shop:1\.2\.3@sha256:/);
  expect(containerOf(jobOf('shop-smoke-test'))?.image).toMatch(/shop:1\.2\.3@sha256:/);
});

test('a job with an image of its own runs again with each release all the same', () => {
  const [release] =
    containerOf(jobOf('shop-smoke-test', { smokeTest: { image: 'envoy' } }))?.env ?? [];
  expect(release).toMatchObject({ name: 'RELEASE', value: expect.stringContaining('shop:1.2.3') });
});

test('a job with changed files runs again', () => {
  const notes = (content: string) =>
    jobOf('shop-migrate', { migrate: { files: { '/etc/m.sql': content } } }).template.metadata
      ?.annotations;
  expect(notes('select 1')).not.toEqual(notes('select 2'));
});

test('a job keeps its name, and Flux makes it anew: its spec cannot be changed', () => {
  for (const name of ['shop-migrate', 'shop-smoke-test']) {
    const job = objectOf(released(), 'Job', name);
    expect(job.metadata.annotations).toEqual({ 'kustomize.toolkit.fluxcd.io/force': 'Enabled' });
    expect(job['spec']).not.toHaveProperty('ttlSecondsAfterFinished');
  }
});

test('a job runs as the same user and gives up in the end', () => {
  const job = jobOf('shop-migrate', { user: 10001, migrate: { retries: 5, timeoutSeconds: 60 } });
  expect(job).toMatchObject({ activeDeadlineSeconds: 60, backoffLimit: 5 });
  expect(job.template.spec?.securityContext?.runAsUser).toBe(10001);
});

test('the smoke test knows where the service is', () => {
  expect(containerOf(jobOf('shop-smoke-test'))?.env).toEqual([
    { name: 'TARGET_HOST', value: 'shop' },
    { name: 'TARGET_PORT', value: '80' },
  ]);
});

test.each([
  [{ migrate: { retries: -1 } }, "'retries' must be a whole number, 0 or more, got -1"],
  [
    { migrate: { timeoutSeconds: 0 } },
    "'timeoutSeconds' must be a whole number of seconds, 1 or more, got 0",
  ],
])('fails with %j', (props, message) => {
  expect(() => released(props)).toThrow(`prod/apps/shop/before/shop-migrate: ${message}`);
});
