import { ApiObject } from 'cdk8s';
import { expect, test } from 'vitest';
import { imageOf } from '../../src/core/image.ts';
import { referenceOf } from '../../src/core/image-lock.ts';
import { hasTag, isMirror, mirrored } from '../../src/core/image-reference.ts';
import { render } from '../../src/output/render.ts';
import { Worker } from '../../src/services/worker.ts';
import { LOCK, modelOf, type SynthOptions } from '../synth.ts';

function deploymentFile(image: string, options?: SynthOptions): string {
  const model = modelOf((scope) => new Worker(scope, 'mailer', { image }), options);
  return render(model).get('test/test/prod/apps/mailer/deployment-mailer.yaml') ?? '';
}

const imageLine = (text: string) => /image: .*/.exec(text)?.[0];

test('a name in the lock becomes repository, tag and digest', () => {
  expect(imageLine(deploymentFile('envoy'))).toBe('image: envoyproxy/envoy:v1.31.0');
  expect(imageLine(deploymentFile('shop'))).toMatch(
    /^image: registry\.example\.com\/shop:1\.2\.3@sha256:[0-9a-f]{64}$/,
  );
});

test('people alone move tags until the environment lets Flux do it: then the line says which policy may', () => {
  expect(deploymentFile('envoy')).not.toContain('$imagepolicy');
  const line = imageLine(deploymentFile('envoy', { environment: { images: 'automatic' } }));
  expect(line).toBe(
    'image: envoyproxy/envoy:v1.31.0 # {"$imagepolicy": "flux-system:test-test-prod-envoy"}',
  );
});

test('a full reference stands for itself, and nobody moves it', () => {
  const line = imageLine(
    deploymentFile('quay.io/a/b:1.0', { environment: { images: 'automatic' } }),
  );
  expect(line).toBe('image: quay.io/a/b:1.0');
});

test('an image reaches arguments and custom resources as well', () => {
  const model = modelOf(
    (scope) => {
      new ApiObject(scope, 'job', {
        apiVersion: 'example.com/v1',
        kind: 'Job',
        metadata: { name: 'job' },
        spec: { args: ['--image', imageOf(scope, 'envoy')] },
      });
    },
    { environment: { images: 'automatic' } },
  );
  expect(model.images.map(({ reference }) => reference)).toEqual(['envoyproxy/envoy:v1.31.0']);
});

test('two names that differ in a slash only are two images', () => {
  modelOf((scope) => {
    expect(imageOf(scope, 'a/b:1')).toBe('a/b:1');
    expect(imageOf(scope, 'a-b:1')).toBe('a-b:1');
  });
});

test.each([
  ['shop:1', true],
  ['shop@sha256:abc', true],
  ['registry:5000/shop', false],
  ['registry:5000/shop:1', true],
  ['shop', false],
])('whether %s has a tag is %s', (reference, has) => {
  expect(hasTag(reference)).toBe(has);
});

test('a tag without a digest is a reference too', () => {
  expect(referenceOf({ repository: 'a/b', tag: '1', digest: undefined })).toBe('a/b:1');
});

test('fails with a name that is not in the lock, and suggests the nearest', () => {
  const build = () => modelOf((scope) => new Worker(scope, 'mailer', { image: 'shp' }));
  expect(build).toThrow(
    "prod/apps/mailer: image 'shp' is not in images/test/test.yaml under 'prod'",
  );
  expect(build).toThrow(
    expect.objectContaining({
      code: 'image/unknown',
      hint: "add it there with 'repository' and 'tag'; did you mean 'shop'? known images: envoy, shop",
    }),
  );
});

test('fails when the environment has no images at all', () => {
  const build = () =>
    modelOf((scope) => new Worker(scope, 'mailer', { image: 'shop' }), {
      lock: { qa: LOCK['prod'] ?? {} },
    });
  expect(build).toThrow("image 'shop' is not in images/test/test.yaml under 'prod'");
});

test.each([
  ['redis', 'm.io/docker.io/library/redis'],
  ['redis:7', 'm.io/docker.io/library/redis:7'],
  ['docker.io/redis:7', 'm.io/docker.io/library/redis:7'],
  ['index.docker.io/library/redis:7', 'm.io/docker.io/library/redis:7'],
  ['redis/stack:7', 'm.io/docker.io/redis/stack:7'],
  ['ghcr.io/shop/web:1@sha256:0', 'm.io/ghcr.io/shop/web:1@sha256:0'],
  ['localhost:5000/web', 'm.io/localhost-5000/web'],
  ['m.io/web:1', 'm.io/web:1'],
  ['m.io.example.com/web:1', 'm.io/m.io.example.com/web:1'],
])('from a mirror, %s is %s', (reference, there) => {
  expect(mirrored(reference, 'm.io')).toBe(there);
  expect(mirrored(reference, undefined)).toBe(reference);
});

test.each([
  ['harbor.example.com', true],
  ['localhost:5000', true],
  ['registry.example.com/mirror/all', true],
  ['mirror', false],
  ['https://m.io', false],
  ['m.io/', false],
  ['M.io', false],
  ['m.io/a:1', false],
  ['', false],
  [undefined, false],
])('whether %s can be a mirror is %s', (text, is) => {
  expect(isMirror(text)).toBe(is);
});

test('the lock keeps the real repository, the output names the mirror and the policy', () => {
  const environment = { images: 'automatic', registryMirror: 'm.io/cache' } as const;
  expect(imageLine(deploymentFile('envoy', { environment }))).toBe(
    'image: m.io/cache/docker.io/envoyproxy/envoy:v1.31.0 # {"$imagepolicy": "flux-system:test-test-prod-envoy"}',
  );
});

test('a reference that the lock pins is moved by nobody', () => {
  const name = 'envoyproxy/envoy:v1.31.0';
  const locked = { repository: 'envoyproxy/envoy', tag: 'v1.31.0', digest: 'sha256:0' };
  const line = imageLine(
    deploymentFile(name, {
      environment: { images: 'automatic' },
      lock: { prod: { [name]: locked } },
    }),
  );
  expect(line).toBe(`image: ${name}@sha256:0`);
});
