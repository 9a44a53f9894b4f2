import { Construct, type IConstruct } from 'constructs';
import { KeelsonError } from './errors.ts';
import { imagePolicyOf, referenceOf } from './image-lock.ts';
import { suggest } from './names.ts';
import { placeOf } from './place.ts';

/** One image that a service runs. The tree is the list. */
export class ImageUse extends Construct {
  readonly reference: string;
  /** The Flux policy that may move the tag; undefined for what only people change. */
  readonly policy: string | undefined;

  constructor(scope: Construct, id: string, reference: string, policy: string | undefined) {
    super(scope, id);
    this.reference = reference;
    this.policy = policy;
  }

  static isImageUse(construct: IConstruct): construct is ImageUse {
    return construct instanceof ImageUse;
  }
}

/**
 * The full reference behind a name in the cluster's image lock. A name that already carries a tag or a
 * digest stands for itself. Reaches whatever holds an image: containers, arguments, custom resources.
 */
export function imageOf(scope: Construct, name: string): string {
  const known = scope.node.tryFindChild(useId(name));
  if (known instanceof ImageUse) return known.reference;
  return new ImageUse(scope, useId(name), ...resolve(scope, name)).reference;
}

const useId = (name: string): string => `image-${encodeURIComponent(name)}`;

function resolve(scope: Construct, name: string): [reference: string, policy: string | undefined] {
  const { lock, platform, cluster, environment, images } = placeOf(scope);
  const known = lock?.[environment] ?? {};
  const locked = Object.hasOwn(known, name) ? known[name] : undefined;
  if (locked) {
    const place = { platform, cluster: cluster.name, environment };
    const policy = images === 'manual' ? undefined : imagePolicyOf(place, name);
    return [referenceOf(locked), policy];
  }
  requireReference(scope, name);
  if (lock === undefined || hasTag(name)) return [name, undefined];
  const file = `images/${platform}/${cluster.name}.yaml`;
  throw new KeelsonError(scope, 'image/unknown', {
    message: `image '${name}' is not in ${file} under '${environment}'`,
    hint: `add it there with 'repository' and 'tag'; ${suggest('images', name, Object.keys(known))}`,
  });
}

/** A tag or a digest: a colon in the first segment alone is a registry's port. */
export function hasTag(reference: string): boolean {
  return /[:@]/.test(reference.slice(reference.lastIndexOf('/') + 1));
}

const PART = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const REFERENCE = new RegExp(
  `^${PART}(:\\d+)?(/${PART})*(:\\w[\\w.-]{0,127})?(@sha256:[0-9a-f]{64})?$`,
);

function requireReference(scope: Construct, name: string): void {
  if (typeof name === 'string' && name.length <= 512 && REFERENCE.test(name)) return;
  throw new KeelsonError(scope, 'image/bad-reference', {
    message: `image ${JSON.stringify(name)} is no name of an image`,
    hint: "such as 'shop/web', or in full 'registry.example.com/shop/web:1.2.3@sha256:…'",
  });
}
