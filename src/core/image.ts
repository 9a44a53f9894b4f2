import { Construct, type IConstruct } from 'constructs';
import { KeelsonError } from './errors.ts';
import { imagePolicyOf, lockFile, referenceOf } from './image-lock.ts';
import { hasTag, isReference, mirrored } from './image-reference.ts';
import { suggest } from './names.ts';
import { placeOf } from './place.ts';

/** What became of a name of an image. */
interface Resolved {
  /** What is pulled, from the mirror where there is one. */
  readonly reference: string;
  /** The Flux policy that may move the tag; undefined for what only people change. */
  readonly policy: string | undefined;
  /** Whether the lock says which image it is. */
  readonly locked: boolean;
}

/** One image that a service runs. The tree is the list. */
export class ImageUse extends Construct implements Resolved {
  /** As the program says it: a name in the lock, or a reference. */
  readonly name: string;
  readonly reference: string;
  readonly policy: string | undefined;
  readonly locked: boolean;

  constructor(scope: Construct, id: string, name: string, resolved: Resolved) {
    super(scope, id);
    this.name = name;
    this.reference = resolved.reference;
    this.policy = resolved.policy;
    this.locked = resolved.locked;
  }

  static isImageUse(construct: IConstruct): construct is ImageUse {
    return construct instanceof ImageUse;
  }
}

/**
 * The full reference behind a name in the cluster's image lock. A name that already carries a tag or a
 * digest stands for itself, unless the lock has it. Reaches whatever holds an image: containers,
 * arguments, custom resources.
 */
export function imageOf(scope: Construct, name: string): string {
  const known = scope.node.tryFindChild(useId(name));
  if (known instanceof ImageUse) return known.reference;
  return new ImageUse(scope, useId(name), name, resolve(scope, name)).reference;
}

const useId = (name: string): string => `image-${encodeURIComponent(name)}`;

function resolve(scope: Construct, name: string): Resolved {
  const place = placeOf(scope);
  const { cluster, environment, lock, platform, registryMirror } = place;
  const known = lock?.[environment] ?? {};
  const locked = Object.hasOwn(known, name) ? known[name] : undefined;
  if (locked) {
    const reference = mirrored(referenceOf(locked), registryMirror);
    return { reference, policy: imagePolicyOf(place, name), locked: true };
  }
  requireReference(scope, name);
  if (lock === undefined || hasTag(name)) {
    return { reference: mirrored(name, registryMirror), policy: undefined, locked: false };
  }
  throw new KeelsonError(scope, 'image/unknown', {
    message: `image '${name}' is not in ${lockFile(platform, cluster.name)} under '${environment}'`,
    hint: `add it there with 'repository' and 'tag'; ${suggest('images', name, Object.keys(known))}`,
  });
}

function requireReference(scope: Construct, name: string): void {
  if (isReference(name)) return;
  throw new KeelsonError(scope, 'image/bad-reference', {
    message: `image ${JSON.stringify(name)} is no name of an image`,
    hint: "such as 'shop/web', or in full 'registry.example.com/shop/web:1.2.3@sha256:…'",
  });
}
