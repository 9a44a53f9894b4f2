import type {
  ImagePolicySpec,
  ImageRepositorySpec,
  ImageUpdateAutomationSpec,
} from '#imports/image.toolkit.fluxcd.io.ts';
import type { GitProps } from '../core/cluster.ts';
import { FLUX_NAMESPACE } from '../core/image-lock.ts';
import { partsOf } from '../core/image-reference.ts';
import type { KubeObject, Model } from '../core/model.ts';
import type { Place } from '../core/place.ts';

const API = 'image.toolkit.fluxcd.io/v1';
const ENVIRONMENT = 'keelson.dev/environment';

/** What looks for new tags, chooses one, and writes it on the marked lines, where an environment lets Flux do that. */
export function imageAutomation(model: Model, git: GitProps): KubeObject[] {
  return model.environments.flatMap((place) => {
    const moved = movedIn(model, place.environment);
    if (moved.size === 0) return [];
    return [
      ...[...moved].sort().flatMap(([policy, image]) => scanned(policy, image, place)),
      object('ImageUpdateAutomation', `${model.platform}-${place.environment}`, place, {
        interval: '5m',
        sourceRef: { kind: 'GitRepository', name: model.platform },
        policySelector: { matchLabels: { [ENVIRONMENT]: place.environment } },
        git: written(model.platform, place, git),
        update: { strategy: 'Setters', path: './' },
      } satisfies ImageUpdateAutomationSpec),
    ];
  });
}

/** The name of each policy, and the image that it chooses a tag of. */
function movedIn({ images }: Model, environment: string): Map<string, string> {
  const moved = images.flatMap(({ origin, policy, reference }): [string, string][] =>
    policy === undefined || origin.environment !== environment
      ? []
      : [[policy.slice(`${FLUX_NAMESPACE}:`.length), partsOf(reference).repository]],
  );
  return new Map(moved);
}

function scanned(name: string, image: string, place: Place): KubeObject[] {
  const { tags } = place;
  const timestamp = 'timestamp' in tags;
  return [
    object('ImageRepository', name, place, {
      image,
      interval: '5m',
    } satisfies ImageRepositorySpec),
    object('ImagePolicy', name, place, {
      imageRepositoryRef: { name },
      policy: timestamp ? { numerical: { order: 'asc' } } : { semver: { range: tags.semver } },
      ...(timestamp && { filterTags: { pattern: tags.timestamp, extract: '$time' } }),
      // A tag that is pushed anew is another image.
      digestReflectionPolicy: 'Always',
      interval: '10m',
    } satisfies ImagePolicySpec),
  ];
}

function written(
  platform: string,
  { environment, images }: Place,
  { branch }: GitProps,
): NonNullable<ImageUpdateAutomationSpec['git']> {
  return {
    checkout: { ref: { branch } },
    commit: {
      author: { name: 'Flux', email: 'flux@localhost' },
      messageTemplate: `${platform}/${environment}: new images

{{ range .Changed.Changes -}}
- {{ .OldValue }} becomes {{ .NewValue }}
{{ end -}}
`,
    },
    push: { branch: images === 'branch' ? `images/${platform}/${environment}` : branch },
  };
}

function object(kind: string, name: string, { environment }: Place, spec: object): KubeObject {
  const metadata = { name, namespace: FLUX_NAMESPACE, labels: { [ENVIRONMENT]: environment } };
  return { apiVersion: API, kind, metadata, spec };
}
