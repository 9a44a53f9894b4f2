import type { Images } from './environment-props.ts';
import { hasTag } from './image-reference.ts';

/** One image, pinned: what the lock holds under an environment and a name. */
export interface LockedImage {
  readonly repository: string;
  readonly tag: string;
  readonly digest: string | undefined;
  /** Where each field stands; undefined for what was not read from a file. */
  readonly lines?: Readonly<Partial<Record<LockField, LockLine>>>;
}

export type LockField = 'repository' | 'tag' | 'digest';

/** One line of the lock. */
export interface LockLine {
  /** The first line of a file is 1. */
  readonly number: number;
  /** What its setter comment names: `<namespace>:<policy>`, and `:name`, `:tag` or `:digest`. */
  readonly setter: string | undefined;
}

/** The images of one cluster, by environment and name. */
export type ImageLock = Readonly<Record<string, Readonly<Record<string, LockedImage>>>>;

/** Where a cluster's lock is, from the project's folder. */
export function lockFile(platform: string, cluster: string): string {
  return `images/${platform}/${cluster}.yaml`;
}

/** `repository:tag@digest`, the form that a container runtime pulls by digest and people read by tag. */
export function referenceOf(image: Pick<LockedImage, LockField>): string {
  const { repository, tag, digest } = image;
  return `${repository}:${tag}${digest ? `@${digest}` : ''}`;
}

/** Where Flux keeps its own objects, image policies among them. */
export const FLUX_NAMESPACE = 'flux-system';

interface Where {
  readonly platform: string;
  readonly cluster: { readonly name: string };
  readonly environment: string;
  readonly images: Images;
}

/**
 * The policy that may move an image: with cluster and environment, or one edits another's line. What people
 * move has none, and neither has a name that is itself a version.
 */
export function imagePolicyOf(at: Where, image: string): string | undefined {
  if (at.images === 'manual' || hasTag(image)) return undefined;
  const name = image.toLowerCase().replaceAll(/[^a-z0-9-]+/g, '-');
  return `${FLUX_NAMESPACE}:${at.platform}-${at.cluster.name}-${at.environment}-${name}`;
}

/** The end of a line that Flux may edit. */
export function setterComment(setter: string): string {
  return `# {"$imagepolicy": "${setter}"}`;
}
