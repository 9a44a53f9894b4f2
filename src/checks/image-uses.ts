import type { ImageFacts, Model } from '../core/model.ts';

type Uses = ReadonlyMap<string, ImageFacts>;

const NONE: Uses = new Map();
const known = new WeakMap<Model, ReadonlyMap<string, Uses>>();

/** The images that an environment got by imageOf, by the reference that is written. */
export function imageUses(model: Model, environment: string): Uses {
  const all = known.get(model) ?? usesByEnvironment(model);
  known.set(model, all);
  return all.get(environment) ?? NONE;
}

function usesByEnvironment({ images }: Model): ReadonlyMap<string, Uses> {
  const uses = new Map<string, Map<string, ImageFacts>>();
  for (const image of images) {
    const { environment } = image.origin;
    const here = uses.get(environment) ?? new Map<string, ImageFacts>();
    uses.set(environment, here.set(image.reference, image));
  }
  return uses;
}
