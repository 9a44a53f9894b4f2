/** A reference, taken apart: `repository:tag@digest`. */
export interface ImageParts {
  readonly repository: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

const PART = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const REPOSITORY = `${PART}(?::\\d+(?=/))?(?:/${PART})*`;
const REFERENCE = new RegExp(`^${REPOSITORY}(?::\\w[\\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$`);
const ONLY_REPOSITORY = new RegExp(`^${REPOSITORY}$`);
const MIRROR = new RegExp(`^${PART}(?::\\d+)?(?:/${PART})*$`);

/** Whether a container runtime would take it for an image. */
export function isReference(text: unknown): text is string {
  return typeof text === 'string' && text.length <= 512 && REFERENCE.test(text);
}

/** A reference without tag and digest; the registry may have a port. */
export function isRepository(text: unknown): text is string {
  return typeof text === 'string' && text.length <= 255 && ONLY_REPOSITORY.test(text);
}

/** A colon in the first segment alone is a registry's port. */
export function partsOf(reference: string): ImageParts {
  const [named = '', digest] = reference.split('@', 2);
  const colon = named.indexOf(':', named.lastIndexOf('/') + 1);
  if (colon < 0) return { repository: named, tag: undefined, digest };
  return { repository: named.slice(0, colon), tag: named.slice(colon + 1), digest };
}

/** A tag or a digest. */
export function hasTag(reference: string): boolean {
  const { digest, tag } = partsOf(reference);
  return tag !== undefined || digest !== undefined;
}

/** A tag without a digit, such as `latest` or `stable`, is made to be moved. */
export function isFloating({ digest, tag = 'latest' }: ImageParts): boolean {
  return digest === undefined && !/\d/.test(tag);
}

/** Whether a first segment is a registry and not the name of an organisation. */
export function isRegistry(segment: string): boolean {
  return /[.:]/.test(segment) || segment === 'localhost';
}

/** With the registry and the organisation that Docker Hub's short names leave out. */
export function fullName(reference: string): string {
  const [first = '', ...rest] = reference.split('/');
  if (rest.length > 0 && isRegistry(first)) {
    return /^(index\.)?docker\.io$/.test(first) && rest.length === 1
      ? `docker.io/library/${rest[0]}`
      : reference.replace(/^index\.(?=docker\.io\/)/, '');
  }
  return `docker.io/${rest.length > 0 ? '' : 'library/'}${reference}`;
}

/** Where images are pulled from instead: a registry, and a path there. */
export function isMirror(text: unknown): text is string {
  return typeof text === 'string' && isRegistry(text.split('/')[0] ?? '') && MIRROR.test(text);
}

/** `<mirror>/<registry>/<repository>`; the colon of a port becomes a dash, as a path has none. */
export function mirrored(reference: string, mirror: string | undefined): string {
  if (mirror === undefined || isUnder(reference, mirror)) return reference;
  const [registry = '', ...rest] = fullName(reference).split('/');
  return [mirror, registry.replace(':', '-'), ...rest].join('/');
}

export function isUnder(reference: string, mirror: string): boolean {
  return reference.startsWith(`${mirror}/`);
}
