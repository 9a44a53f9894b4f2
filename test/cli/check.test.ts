import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { RULES } from '../../src/checks/checks.ts';
import type { CheckDocument } from '../../src/cli/render/findings-json.ts';
import { version } from '../../src/cli/version.ts';
import { keelson } from './keelson.ts';
import { project } from './project.ts';

const DIGEST = `sha256:${'0'.repeat(64)}`;

/** Two environments; what is planted goes into both, as people would write it by hand. */
function platform(planted = ''): string {
  return `
import { ApiObject } from 'cdk8s';
import { definePlatform, ManagedRedis, WebApp } from 'keelson';

export default definePlatform({
  name: 'shop',
  clusters: { main: { provider: 'generic', kubernetes: '1.34' } },
  environments: {
    qa: { cluster: 'main', tier: 'review', domain: 'qa.example.com', settings: {} },
    prod: { cluster: 'main', tier: 'production', domain: 'example.com', settings: {} },
  },
  compose(env) {
    const cache = new ManagedRedis(env.layer('data'), 'cache', { host: 'redis.example.com', cidrs: ['10.0.0.0/16'] });
    const apps = env.layer('apps');
    new WebApp(apps, 'web', { image: 'web:1.0.0@${DIGEST}', port: 8080, uses: { CACHE: cache.keys('*').readWrite } });
    ${planted}
  },
});
`;
}

const UNPINNED = `new ApiObject(apps, 'job', {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'job' },
  spec: { containers: [{ name: 'job', image: 'busybox' }] },
});`;

const DANGLING = `new ApiObject(apps, 'front', {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'front' },
  spec: { selector: { app: 'front' }, ports: [{ port: 80 }] },
});`;

const folderWith = (planted?: string): string => project({ 'charts/main.ts': platform(planted) });

test('has nothing to say of a platform that is right, and lists what it looked at', async () => {
  const { code, err, out } = await keelson('check', { folder: folderWith() });
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out.replaceAll(/ +\d+ objects?/g, ' N objects')).toMatchInlineSnapshot(`
    "no problems in N objects (qa)

    no problems in N objects (prod)

    the rules looked at
      unknown-kind N objects
      schema N objects
      duplicate-object N objects
      valid-names N objects
      valid-quantities N objects
      clear-secret N objects
      image-automatic N objects
      image-pinned N objects
      image-flawed N objects
      image-mirrored N objects
      image-setter N objects
      image-used N objects
      service-target N objects
      route-target N objects
      scale-target N objects
      budget-target N objects
      network-policy-target N objects
      account-exists N objects
      config-exists N objects
      secret-exists N objects
      secret-reach N objects
      secret-rotated N objects
      secret-sealed N objects
      secret-used N objects
      claim-exists N objects
      pool-size N objects
      backup-required N objects
    "
  `);
});

test('shows findings by environment, and what to do', async () => {
  const { code, err, out } = await keelson('check', { folder: folderWith(UNPINNED + DANGLING) });
  expect({ code, err }).toEqual({ code: 1, err: '' });
  const findings = out.slice(0, out.indexOf('\nthe rules looked at'));
  expect(findings.replaceAll(/\d+ objects/g, 'N objects')).toMatchInlineSnapshot(`
    "warning  qa/apps/job    image-pinned    container 'job' runs 'busybox', which names no tag
             hint: add a version or a digest, or name it in the image lock and write imageOf(this, name)
    error    qa/apps/front  service-target  Service 'front' selects no pods: none in 'shop-qa' has app=front
             hint: compare with the pod labels of Pod 'job', Deployment 'web'
    1 error and 1 warning in N objects (qa)

    error  prod/apps/job    image-pinned    container 'job' runs 'busybox', which names no tag
           hint: add a version or a digest, or name it in the image lock and write imageOf(this, name)
    error  prod/apps/front  service-target  Service 'front' selects no pods: none in 'shop-prod' has app=front
           hint: compare with the pod labels of Pod 'job', Deployment 'web'
    2 errors in N objects (prod)
    "
  `);
});

test('writes nothing', async () => {
  const folder = folderWith();
  await keelson('check', { folder });
  expect(existsSync(join(folder, 'dist'))).toBe(false);
});

test('warnings are no failure, unless they are told to be', async () => {
  const folder = folderWith(UNPINNED);
  const lenient = await keelson('check --env qa', { folder });
  const strict = await keelson('check --env qa --strict', { folder });
  expect(lenient).toMatchObject({ code: 0, err: '' });
  expect(strict).toMatchObject({ code: 1, err: '', out: lenient.out });
  expect(lenient.out).toContain("container 'job' runs 'busybox', which names no tag");
  expect(lenient.out).not.toContain('prod');
});

test('prints JSON that scripts can rely on', async () => {
  const args = 'check --env prod --output json';
  const { code, err, out } = await keelson(args, { folder: folderWith(UNPINNED + DANGLING) });
  expect({ code, err }).toEqual({ code: 1, err: '' });
  const { environments, rules, ...rest } = JSON.parse(out) as CheckDocument;
  expect(rest).toEqual({
    version: 1,
    errors: 2,
    warnings: 0,
    findings: [
      {
        platform: 'shop',
        cluster: 'main',
        environment: 'prod',
        rule: 'image-pinned',
        severity: 'error',
        at: 'prod/apps/job',
        file: 'shop/main/prod/apps/job/pod-job.yaml',
        message: "container 'job' runs 'busybox', which names no tag",
        hint: 'add a version or a digest, or name it in the image lock and write imageOf(this, name)',
      },
      {
        platform: 'shop',
        cluster: 'main',
        environment: 'prod',
        rule: 'service-target',
        severity: 'error',
        at: 'prod/apps/front',
        file: 'shop/main/prod/apps/front/service-front.yaml',
        message: "Service 'front' selects no pods: none in 'shop-prod' has app=front",
        hint: "compare with the pod labels of Pod 'job', Deployment 'web'",
      },
    ],
  });
  expect(environments).toMatchObject([{ platform: 'shop', cluster: 'main', environment: 'prod' }]);
  expect(environments[0]?.objects).toBeGreaterThan(10);
  expect(rules.map(({ rule }) => rule)).toEqual(RULES.map(({ name }) => name));
  expect(rules.find(({ rule }) => rule === 'image-pinned')).toEqual({
    rule: 'image-pinned',
    about:
      "an image without a tag, with 'latest', or in production without a digest: what runs could change without a commit",
    looked: 4,
  });
});

test('prints SARIF for code scanning', async () => {
  const args = 'check --env prod --output sarif';
  const { code, err, out } = await keelson(args, { folder: folderWith(DANGLING) });
  expect({ code, err }).toEqual({ code: 1, err: '' });
  const log = JSON.parse(out) as { runs: [{ tool: { driver: { rules: { id: string }[] } } }] };
  const { rules } = log.runs[0].tool.driver;
  const at = rules.findIndex(({ id }) => id === 'service-target');
  expect(rules.map(({ id }) => id)).toEqual(RULES.map(({ name }) => name));
  expect(log).toMatchObject({
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'keelson', version: version() } },
        results: [
          {
            ruleId: 'service-target',
            ruleIndex: at,
            level: 'error',
            message: { text: expect.stringContaining("Service 'front' selects no pods") },
            locations: [
              {
                physicalLocation: {
                  artifactLocation: { uri: 'dist/shop/main/prod/apps/front/service-front.yaml' },
                  region: { startLine: 1 },
                },
                logicalLocations: [{ fullyQualifiedName: 'prod/apps/front', kind: 'object' }],
              },
            ],
          },
        ],
      },
    ],
  });
});

test('says where the same environment of two clusters is meant', async () => {
  const two = platform(DANGLING)
    .replace("'1.34' } }", "'1.34' }, other: { provider: 'generic', kubernetes: '1.35' } }")
    .replace("prod: { cluster: 'main'", "prod: { cluster: ['main', 'other']");
  const folder = project({ 'charts/main.ts': two });
  const { out } = await keelson('check --env prod', { folder });
  expect(out).toContain('1 error in');
  expect(out).toMatch(/\(shop\/main\/prod\)\n/);
  expect(out).toMatch(/\(shop\/other\/prod\)\n/);
});

test.each([
  ['check --output xml', 'code: usage/unknown-choice'],
  ['check --env prd', 'code: program/unknown-environment'],
  ['check --program gone.ts', 'code: program/not-found'],
])('fails when it cannot look: %s', async (args, said) => {
  const { code, err, out } = await keelson(args, { folder: folderWith() });
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toContain(said);
});

test('synth shows the findings that stop it, and leaves what there was', async () => {
  const folder = folderWith(DANGLING);
  const { code, err, out } = await keelson('synth', { folder });
  expect({ code, out }).toEqual({ code: 1, out: '' });
  expect(err).toContain(
    "error  prod/apps/front  service-target  Service 'front' selects no pods: none in 'shop-prod' has app=front",
  );
  expect(err).toContain('dist: left as it was, because of the errors\n');
  expect(existsSync(join(folder, 'dist'))).toBe(false);
});

test('synth shows warnings and writes', async () => {
  const folder = folderWith(
    UNPINNED.replace('busybox', `' + (env.name === 'qa' ? 'a' : 'a:1@${DIGEST}') + '`),
  );
  const { code, err, out } = await keelson('synth', { folder });
  expect({ code, out }).toEqual({ code: 0, out: '' });
  expect(err).toContain("warning  qa/apps/job  image-pinned  container 'job' runs 'a'");
  expect(err).toContain('(qa)\ndist: ');
  expect(existsSync(join(folder, 'dist/shop/main/qa/apps/job/pod-job.yaml'))).toBe(true);
});

test('the help shows what it takes', async () => {
  const { code, err, out } = await keelson('check --help');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toContain('Usage: keelson check [options]');
  expect(out).toContain('keelson check --output sarif > check.sarif');
});
