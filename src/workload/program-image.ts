import { KeelsonError } from '../core/errors.ts';
import { imageOf } from '../core/image.ts';
import type { Service } from '../core/service.ts';
import {
  type Software,
  thirdPartyImage,
  type VersionOf,
  versionsOf,
} from '../core/third-party-images.ts';

/** The image of a program that Keelson knows, by exact version. */
export function programImage<S extends Software>(
  service: Service,
  software: S,
  version: VersionOf<S>,
): string {
  const image = thirdPartyImage(software, version);
  if (image !== undefined) return imageOf(service, image);
  throw new KeelsonError(service, `${software}/unknown-version`, {
    message: `'version' is ${JSON.stringify(version)}, which has no image`,
    hint: `known versions: ${versionsOf(software).join(', ')}`,
  });
}
