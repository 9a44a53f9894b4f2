/** One image, pinned: what the lock holds under an environment and a name. */
export interface LockedImage {
  readonly repository: string;
  readonly tag: string;
  readonly digest: string | undefined;
}

/** The images of one cluster, by environment and name. */
export type ImageLock = Readonly<Record<string, Readonly<Record<string, LockedImage>>>>;

/** `repository:tag@digest`, the form that a container runtime pulls by digest and people read by tag. */
export function referenceOf(image: LockedImage): string {
  const { repository, tag, digest } = image;
  return `${repository}:${tag}${digest ? `@${digest}` : ''}`;
}

/** Where Flux keeps its own objects, image policies among them. */
export const FLUX_NAMESPACE = 'flux-system';

/** Names the policy that may move this image: with cluster and environment, or one edits another's line. */
export function imagePolicyOf(
  at: { readonly platform: string; readonly cluster: string; readonly environment: string },
  image: string,
): string {
  const name = image.toLowerCase().replaceAll(/[^a-z0-9-]+/g, '-');
  return `${FLUX_NAMESPACE}:${at.platform}-${at.cluster}-${at.environment}-${name}`;
}
