import { imagePolicyOf, type LockedImage } from '../../core/image-lock.ts';
import { partsOf } from '../../core/image-reference.ts';
import type { ImageFacts, Model } from '../../core/model.ts';
import type { Place } from '../../core/place.ts';
import { isThirdParty } from '../../core/third-party-images.ts';
import { buildAll, type WorkspaceOptions } from '../workspace.ts';

/** Every image of one environment on one cluster, as `keelson images list --output json` prints it. */
export interface ImageListing {
  readonly platform: string;
  readonly cluster: string;
  readonly environment: string;
  /** Who moves tags: people, or Flux. */
  readonly images: Place['images'];
  readonly mirror?: string;
  readonly list: readonly ListedImage[];
}

export interface ListedImage {
  /** As the program says it: a name in the lock, or a reference. */
  readonly name: string;
  /** Where it comes from: the image lock, Keelson's own choice, or a reference in the program. */
  readonly from: 'lock' | 'third-party' | 'program';
  /** The real one, whatever the mirror. */
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: string;
  /** The Flux policy that may move it. */
  readonly policy?: string;
  /** The services that run it. */
  readonly usedBy: readonly string[];
}

/** Lists the images of every environment, or of one: what runs, and what the lock holds besides. */
export async function listImages(options: WorkspaceOptions): Promise<readonly ImageListing[]> {
  const clusters = await buildAll(options);
  return clusters.flatMap(({ model }) =>
    model.environments
      .filter(
        ({ environment }) =>
          options.environment === undefined || environment === options.environment,
      )
      .map((place) => listingOf(model, place))
      .filter(({ list }) => list.length > 0),
  );
}

function listingOf(model: Model, place: Place): ImageListing {
  const { environment, images, lock, registryMirror } = place;
  const locked = lock?.[environment] ?? {};
  const uses = model.images.filter(({ origin }) => origin.environment === environment);
  const names = new Set([...uses.map(({ name }) => name), ...Object.keys(locked)]);
  return {
    platform: model.platform,
    cluster: model.cluster.name,
    environment,
    images,
    ...(registryMirror !== undefined && { mirror: registryMirror }),
    list: [...names].sort().map((name) =>
      listed(
        name,
        locked[name],
        place,
        uses.filter((use) => use.name === name),
      ),
    ),
  };
}

function listed(
  name: string,
  locked: LockedImage | undefined,
  place: Place,
  uses: readonly ImageFacts[],
): ListedImage {
  const { digest, repository, tag } = locked ?? partsOf(name);
  const policy = locked && imagePolicyOf(place, name);
  return {
    name,
    from: locked ? 'lock' : isThirdParty(name) ? 'third-party' : 'program',
    repository,
    ...(tag !== undefined && { tag }),
    ...(digest !== undefined && { digest }),
    ...(policy !== undefined && { policy }),
    usedBy: [...new Set(uses.map(({ origin }) => origin.service))].sort(),
  };
}
