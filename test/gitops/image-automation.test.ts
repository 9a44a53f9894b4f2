import { expect, test } from 'vitest';
import type {
  ImagePolicySpec,
  ImageRepositorySpec,
  ImageUpdateAutomationSpec,
} from '#imports/image.toolkit.fluxcd.io.ts';
import { runChecks } from '../../src/checks/checks.ts';
import type { Images, TagChoice } from '../../src/core/environment-props.ts';
import { fluxEntries } from '../../src/gitops/flux.ts';
import { layerOrder } from '../../src/gitops/order.ts';
import { Worker } from '../../src/services/worker.ts';
import { modelOf, type SynthOptions, schemas } from '../synth.ts';

const GIT = { git: { url: 'ssh://git@example.com/shop', branch: 'main' } } as const;

function built(images: Images, more: SynthOptions['environment'] = {}, cluster = {}) {
  return modelOf((scope) => void new Worker(scope, 'mailer', { image: 'shop' }), {
    cluster: { ...GIT, ...cluster },
    environment: { images, tier: 'preproduction', ...more },
  });
}

function flux(...given: Parameters<typeof built>) {
  const model = built(...given);
  return fluxEntries(model, layerOrder(model)).map(({ object }) => object);
}

function specOf<S>(objects: ReturnType<typeof flux>, kind: string): S {
  return objects.find((object) => object.kind === kind)?.['spec'] as S;
}

test('where people move images, Flux looks at no registry', () => {
  expect(flux('manual').filter(({ kind }) => kind.startsWith('Image'))).toEqual([]);
});

test('the policy that the marked lines name is there, for the repository that is pulled from', () => {
  const objects = flux('automatic');
  const policy = objects.find(({ kind }) => kind === 'ImagePolicy');
  expect(policy?.metadata).toMatchObject({ name: 'test-test-prod-shop', namespace: 'flux-system' });
  expect(specOf<ImageRepositorySpec>(objects, 'ImageRepository').image).toBe(
    'registry.example.com/shop',
  );
  const mirrored = flux('automatic', {}, { registryMirror: 'mirror.example.com' });
  expect(specOf<ImageRepositorySpec>(mirrored, 'ImageRepository').image).toBe(
    'mirror.example.com/registry.example.com/shop',
  );
});

test.each([
  [undefined, { policy: { semver: { range: '>=0.0.0' } } }],
  [{ semver: '~1.4' }, { policy: { semver: { range: '~1.4' } } }],
  [
    { timestamp: '^main-(?P<time>[0-9]+)$' },
    {
      policy: { numerical: { order: 'asc' } },
      filterTags: { pattern: '^main-(?P<time>[0-9]+)$', extract: '$time' },
    },
  ],
] as [TagChoice | undefined, Partial<ImagePolicySpec>][])('tags %j are chosen so', (tags, spec) => {
  const found = specOf<ImagePolicySpec>(flux('automatic', tags && { tags }), 'ImagePolicy');
  expect(found).toMatchObject({ ...spec, digestReflectionPolicy: 'Always' });
});

test.each([
  ['automatic', 'main'],
  ['branch', 'images/test/prod'],
] as const)('%s: what moves is pushed to %s', (images, branch) => {
  const { git, policySelector } = specOf<ImageUpdateAutomationSpec>(
    flux(images),
    'ImageUpdateAutomation',
  );
  expect(git).toMatchObject({ checkout: { ref: { branch: 'main' } }, push: { branch } });
  expect(policySelector).toEqual({ matchLabels: { 'keelson.dev/environment': 'prod' } });
});

test('the kinds are those that Flux serves', () => {
  for (const { apiVersion, kind } of flux('automatic')) {
    expect(schemas.find(apiVersion, kind), `${apiVersion}/${kind}`).toBeDefined();
  }
});

test.each([
  [
    'automatic',
    ["error: 'images' is 'automatic', so every new tag of an image runs in production at once"],
  ],
  ['branch', []],
] as const)('in production %s is said to be so', (images, said) => {
  const model = built(images, { tier: 'production' });
  const { findings } = runChecks({ model, schemas, fileOf: () => '' });
  const found = findings.filter(({ rule }) => rule === 'image-automatic');
  expect(found.map(({ message, severity }) => `${severity}: ${message}`)).toEqual(said);
});

test.each([{ semver: '' }, { timestamp: '^main-[0-9]+$' }, { latest: true }, {}, 'newest'])(
  'fails on tags %j',
  (tags) => {
    expect(() => built('automatic', { tags: tags as unknown as TagChoice })).toThrow(
      "'tags' must be a 'semver' range, or a 'timestamp' pattern with a group 'time', got",
    );
  },
);
