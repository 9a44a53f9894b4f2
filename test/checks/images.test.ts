import { ApiObject } from 'cdk8s';
import { describe, expect, test } from 'vitest';
import { runChecks } from '../../src/checks/checks.ts';
import { imageMirrored } from '../../src/checks/image-mirrored.ts';
import type { Finding } from '../../src/core/finding.ts';
import { imageOf } from '../../src/core/image.ts';
import type { ImageLock } from '../../src/core/image-lock.ts';
import type { Entry, Model } from '../../src/core/model.ts';
import { needs, type Operator } from '../../src/core/operator.ts';
import { parseImageLock } from '../../src/operations/images/read-lock.ts';
import { certManager } from '../../src/operators/cert-manager.ts';
import { externalSecrets } from '../../src/operators/external-secrets.ts';
import { helmOperator } from '../../src/operators/helm-operator.ts';
import { prometheusOperator } from '../../src/operators/prometheus-operator.ts';
import { sealedSecrets } from '../../src/operators/sealed-secrets.ts';
import { traefikCrds } from '../../src/operators/traefik-crds.ts';
import { Redis } from '../../src/services/redis.ts';
import { Worker } from '../../src/services/worker.ts';
import { modelOf, type SynthOptions } from '../synth.ts';
import { deployment, judge, schemasOf } from './judge.ts';

const DIGEST = `sha256:${'0'.repeat(64)}`;
const MIRROR = 'mirror.example.com/cache';

const fileOf = ({ origin }: Entry): string => `test/test/${origin.environment}/file.yaml`;

/** What the rules of images say, as `severity: message`. */
function said(model: Model): string[] {
  const { findings } = runChecks({ model, schemas: schemasOf(), fileOf });
  return findings.filter(({ rule }) => rule.startsWith('image-')).map(textOf);
}

const textOf = ({ message, severity }: Finding): string => `${severity}: ${message}`;

describe('image-mirrored', () => {
  const object = (spec: string, kind = 'Thing'): string =>
    `apiVersion: example.com/v1\nkind: ${kind}\nmetadata: { name: a }\nspec: ${spec}\n`;
  const escapes = (yaml: string): string[] =>
    judge(imageMirrored, yaml, { mirror: MIRROR }).said.map(
      (each) => /names '(.*?)'/.exec(each)?.[1] ?? each,
    );

  test.each([
    ['a container', deployment('web'), 'registry.example.com/web:1.0.0'],
    [
      'an init container',
      deployment('a', 'initContainers: [{ name: b, image: busybox }]').replace(
        'registry.example.com',
        MIRROR,
      ),
      'busybox',
    ],
    [
      'a custom resource',
      object('{ imageName: ghcr.io/cnpg/postgresql:16.1 }'),
      'ghcr.io/cnpg/postgresql:16.1',
    ],
    ['a field that ends so', object('{ baseImage: nginx }'), 'nginx'],
    ['a deep list', object('{ a: [{ b: { image: redis:7 } }] }'), 'redis:7'],
    ['an argument', object('{ args: ["--config-reloader=quay.io/x/y:1"] }'), 'quay.io/x/y:1'],
    ['an argument of Docker Hub', object('{ args: ["--image=redis:7"] }'), 'redis:7'],
    ['the argument after its flag', object('{ args: ["--sidecar-image", "redis"] }'), 'redis'],
    [
      'an argument alone',
      object('{ args: [redis/redis-stack-server:7.2.0-v14] }'),
      'redis/redis-stack-server:7.2.0-v14',
    ],
    ['a variable', object('{ env: [{ name: PROXY_IMAGE, value: envoy:v1 }] }'), 'envoy:v1'],
    [
      'an annotation',
      `${deployment('web').replace('registry.example.com', MIRROR).replace('{ name: web }', '{ name: web, annotations: { sidecar.istio.io/proxyImage: istio/proxyv2 } }')}`,
      'istio/proxyv2',
    ],
    [
      'a script',
      object('{ run: "set -e\\ndocker pull quay.io/x/tool && echo done" }'),
      'quay.io/x/tool',
    ],
    ['YAML in a text', object('{ template: "containers:\\n- image: redis:7\\n" }'), 'redis:7'],
    ['a list in a text', object('{ text: "images:\\n- nginx:1.25\\n" }'), 'nginx:1.25'],
    ['a list without versions in a text', object('{ text: "images:\\n  - nginx\\n" }'), 'nginx'],
    ['a prefixed key in a text', object('{ text: "proxyImage: envoy:v1.31" }'), 'envoy:v1.31'],
    ['a prefixed key without a version', object('{ text: "proxy_image: envoy" }'), 'envoy'],
    ['JSON in a text', object(`{ text: '{"sidecarImage":"redis:7.2"}' }`), 'redis:7.2'],
    ['JSON without a version', object(`{ text: '{"sidecarImage":"redis"}' }`), 'redis'],
    ['a list of JSON', object(`{ text: '{"images":["redis"]}' }`), 'redis'],
    ['JSON in JSON', object(`{ text: '{"a":"{\\"image\\":\\"redis\\"}"}' }`), 'redis'],
    ['a variable of a shell', object('{ text: "RUNNER_IMAGE=alpine" }'), 'alpine'],
    ['a key in capitals', object('{ data: { RUNNER_IMAGE: alpine } }'), 'alpine'],
    ['a list of images', object('{ extraImages: [nginx] }'), 'nginx'],
    ['images in one value', object('{ extraImages: "nginx" }'), 'nginx'],
    ['a command', object('{ run: "docker run alpine:3.20" }'), 'alpine:3.20'],
    ['an image volume', object('{ volumes: [{ name: a, image: { reference: nginx } }] }'), 'nginx'],
    ['a digest', object(`{ run: "crane pull web@${DIGEST}" }`), `web@${DIGEST}`],
    [
      'chart values',
      object('{ values: { image: { repository: quay.io/x/y, tag: v1 } } }', 'HelmRelease'),
      'quay.io/x/y',
    ],
    [
      'chart values, split in three',
      object(
        '{ values: { image: { registry: quay.io, repository: x/y, tag: v1 } } }',
        'HelmRelease',
      ),
      'quay.io/x/y',
    ],
    [
      'chart values without a tag',
      object('{ values: { controller: { repository: x/y } } }', 'HelmRelease'),
      'x/y',
    ],
    [
      'a registry for all',
      object('{ values: { imageRegistry: quay.io } }', 'HelmRelease'),
      'quay.io/…',
    ],
    [
      'another place on the same host',
      object('{ image: mirror.example.com/other:1 }'),
      'mirror.example.com/other:1',
    ],
  ])('finds what escapes in %s', (_, yaml, image) => {
    expect(escapes(yaml)).toEqual([image]);
  });

  test('finds a chart that names no image', () => {
    const { hints, said: all } = judge(
      imageMirrored,
      object('{ values: { replicas: 1 } }', 'HelmRelease'),
      { mirror: MIRROR },
    );
    expect(all).toEqual([
      "error prod/apps/a: HelmRelease 'a' names no image, so its chart pulls from wherever it likes",
    ]);
    expect(hints).toEqual([`give the chart's values that point its images at '${MIRROR}'`]);
  });

  test.each([
    `${MIRROR}/docker.io/library/redis:7`,
    'https://quay.io/repository/x/y:1',
    'oci://ghcr.io/charts/thing',
    'ssh://git@github.com/shop/web',
    'git@github.com:shop/web',
    'redis-master:6379',
    'redis://:secret@cache:6379/0',
    'registry.example.com:5000',
    '10.0.0.0/16',
    'shop-prod/db:5432',
    'arn:aws:iam::111122223333:role/shop',
    'kustomize.toolkit.fluxcd.io/prune',
    'web.example.com/path',
    'rate(http_requests_total{job="a/b"}[5m]) > 1',
    '/var/run/tool:/run',
    'Always',
    'background-image: none; image: true',
  ])('takes %j for no image', (value) => {
    expect(
      escapes(object(`{ a: ${JSON.stringify(value)}, args: [${JSON.stringify(value)}] }`)),
    ).toEqual([]);
  });

  test('has nothing to look at where there is no mirror', () => {
    expect(judge(imageMirrored, deployment('web'))).toEqual({ looked: 0, said: [], hints: [] });
  });
});

describe('a platform with a mirror', () => {
  const build = (operators: readonly Operator[], options: SynthOptions = {}): Model =>
    modelOf(
      (scope) => {
        for (const operator of operators) needs(scope, operator);
        new Worker(scope, 'mailer', { image: 'shop', sidecars: { proxy: { image: 'envoy' } } });
        new Redis(scope, 'cache', { memory: '64Mi' });
      },
      { cluster: { registryMirror: MIRROR }, ...options },
    );
  const escaped = (model: Model): string[] =>
    imageMirrored.check({ model, schemas: schemasOf(), fileOf }).findings.map(textOf);

  test('pulls nothing from elsewhere: not the services, not the charts of the operators', () => {
    const operators = [
      certManager,
      externalSecrets,
      prometheusOperator,
      sealedSecrets,
      traefikCrds,
    ];
    const model = build(operators);
    expect(model.entries.filter(({ object }) => object.kind === 'HelmRelease')).toHaveLength(5);
    expect(escaped(model)).toEqual([]);
    expect(model.images.every(({ reference }) => reference.startsWith(`${MIRROR}/`))).toBe(true);
  });

  test('is told of an operator whose chart nobody has settled', () => {
    const other = helmOperator({
      name: 'other',
      chart: 'other',
      version: '1.0.0',
      repository: 'https://charts.example.com',
      namespace: 'other',
      values: () => ({}),
    });
    expect(escaped(build([other]))).toEqual([
      "error: HelmRelease 'other' names no image, so its chart pulls from wherever it likes",
    ]);
  });

  test('an environment may have another', () => {
    const model = build([], { environment: { registryMirror: 'other.example.com' } });
    const references = model.images.map(({ reference }) => reference);
    expect(references).toContain('other.example.com/docker.io/envoyproxy/envoy:v1.31.0');
    expect(references.filter((each) => each.startsWith(MIRROR))).toEqual([]);
  });
});

describe('image-pinned', () => {
  test('production asks for digests in custom resources too', () => {
    const model = modelOf((scope) => {
      new ApiObject(scope, 'job', {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'job' },
        data: { image: imageOf(scope, 'envoy') },
      });
    });
    expect(said(model)).toEqual([
      "error: ConfigMap 'job' runs 'envoyproxy/envoy:v1.31.0' without a digest: whoever owns the tag can move it",
    ]);
  });

  test('an image that Keelson chose is a warning, until the lock has its reference', () => {
    const redis = (lock: ImageLock): Model =>
      modelOf((scope) => new Redis(scope, 'cache', { memory: '64Mi' }), { lock });
    const name = 'redis/redis-stack-server:7.2.0-v14';
    expect(said(redis({}))).toEqual([
      `warning: cache: '${name}' is pinned by its tag alone, which its owner can move`,
    ]);
    const locked = { repository: 'redis/redis-stack-server', tag: '7.2.0-v14', digest: DIGEST };
    const model = redis({ prod: { [name]: locked } });
    expect(said(model)).toEqual([]);
    expect(JSON.stringify(model.entries)).toContain(`"image":"${name}@${DIGEST}"`);
  });
});

test('a tag that moves, in the lock: the hint leads to the lock', () => {
  const locked = { repository: 'r.io/web', tag: 'latest', digest: undefined };
  const model = modelOf((scope) => new Worker(scope, 'mailer', { image: 'web' }), {
    lock: { prod: { web: locked } },
  });
  const { findings } = runChecks({ model, schemas: schemasOf(), fileOf });
  expect(findings.filter(({ rule }) => rule === 'image-pinned')).toMatchObject([
    {
      message: "container 'mailer' runs 'r.io/web:latest', and 'latest' is another image tomorrow",
      hint: '`keelson images set web <version>@sha256:… --env prod`',
    },
  ]);
});

describe('the lock', () => {
  const POLICY = 'flux-system:test-test-prod-web';
  const set = (end: string, policy = POLICY): string => ` # {"$imagepolicy": "${policy}:${end}"}`;
  const web = (repository: string, tag: string, digest: string | undefined, more = ''): ImageLock =>
    parseImageLock(
      'images/test/test.yaml',
      `prod:\n  web:\n    repository: r.io/web${repository}\n    tag: 1.2${tag}\n${
        digest === undefined ? '' : `    digest: ${DIGEST}${digest}\n`
      }${more}`,
    );
  const saidOf = (lock: ImageLock, options: SynthOptions = { environment: { images: 'branch' } }) =>
    said(
      modelOf((scope) => new Worker(scope, 'mailer', { image: 'web' }), { ...options, lock }),
    ).filter((each) => !each.includes('without a digest'));

  test.each([
    ['the tag and the digest marked', web('', set('tag'), set('digest'))],
    ['the name marked as well', web(set('name'), set('tag'), set('digest'))],
  ])('is right with %s', (_, lock) => {
    expect(saidOf(lock)).toEqual([]);
  });

  test.each([
    ['tag', web('', '', set('digest')), ":4: 'tag' of 'web' has no setter comment"],
    ['digest', web('', set('tag'), ''), ":5: 'digest' of 'web' has no setter comment"],
    [
      'digest line',
      web('', set('tag'), undefined),
      ":4: 'web' has no line 'digest' that Flux could edit",
    ],
    [
      'kind',
      web('', set('digest'), set('digest')),
      ":4: 'tag' of 'web' has the setter comment of 'flux-system:test-test-prod-web:digest'",
    ],
    [
      'policy',
      web('', set('tag', 'flux-system:a'), set('digest')),
      ":4: 'tag' of 'web' has the setter comment of 'flux-system:a:tag'",
    ],
    [
      'name',
      web(set('tag'), set('tag'), set('digest')),
      ":3: 'repository' of 'web' has the setter comment of 'flux-system:test-test-prod-web:tag'",
    ],
  ])('fails on a wrong or missing %s', (_, lock, message) => {
    expect(saidOf(lock)).toEqual([`error: images/test/test.yaml${message}`]);
  });

  test('may not have its names moved where they come from a mirror', () => {
    const options = { environment: { images: 'branch', registryMirror: 'm.io' } } as const;
    expect(saidOf(web(set('name'), set('tag'), set('digest')), options)).toEqual([
      "warning: images/test/test.yaml:3: 'repository' of 'web' has the setter comment of 'flux-system:test-test-prod-web:name'",
    ]);
  });

  test('has no comments where people move tags', () => {
    expect(saidOf(web('', set('tag'), ''), {})).toEqual([
      "warning: images/test/test.yaml:4: 'tag' of 'web' has the setter comment of 'flux-system:test-test-prod-web:tag'",
    ]);
  });

  test('holds nothing that nobody runs', () => {
    const other = '  old:\n    repository: r.io/old\n    tag: 1.0\n';
    expect(
      saidOf(web('', '', '', `${other}qa:\n  web:\n    repository: r.io/web\n    tag: 2.0\n`), {}),
    ).toEqual([
      "warning: images/test/test.yaml has 'old' under 'prod', and nothing runs it",
      "warning: images/test/test.yaml has environment 'qa', which does not run on this cluster",
    ]);
  });

  test('names no two images that one policy would move', () => {
    const lock = parseImageLock(
      'f',
      `prod:\n${['a/b', 'a-b'].map((name) => `  ${name}:\n    repository: r.io/${name}\n    tag: 1.0\n`).join('')}`,
    );
    const model = modelOf(
      (scope) => {
        new Worker(scope, 'one', { image: 'a/b' });
        new Worker(scope, 'two', { image: 'a-b' });
      },
      { lock, environment: { images: 'branch' } },
    );
    expect(said(model)).toContain(
      "error: 'a-b' and 'a/b' would both be moved by the policy 'flux-system:test-test-prod-a-b'",
    );
  });

  test('cannot be followed by a reference inside a longer value', () => {
    const model = modelOf(
      (scope) => {
        new Worker(scope, 'mailer', { image: 'web', args: [`--helper=${imageOf(scope, 'web')}`] });
      },
      { lock: web('', set('tag'), set('digest')), environment: { images: 'branch' } },
    );
    expect(said(model)).toEqual([
      `error: Deployment 'mailer' has 'r.io/web:1.2@${DIGEST}' inside a longer value, where Flux cannot move it`,
    ]);
  });
});

test('what is waived stays in sight, with its reason, and stops nothing', () => {
  const model = modelOf((scope) => new Worker(scope, 'mailer', { image: 'envoy' }), {
    environment: { waive: { 'image-pinned': 'the vendor signs it' } },
  });
  const { findings } = runChecks({ model, schemas: schemasOf(), fileOf });
  const own = findings.filter(({ rule }) => rule === 'image-pinned');
  expect(own).toMatchObject([{ severity: 'waived', because: 'the vendor signs it' }]);
});
