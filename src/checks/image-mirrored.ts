import { isUnder } from '../core/image-reference.ts';
import type { Entry, Model } from '../core/model.ts';
import { imagesIn } from './image-strings.ts';
import { defineRule } from './rule.ts';
import { pathText } from './schema/problem.ts';

export const imageMirrored = defineRule('image-mirrored', {
  about: 'an image that is not pulled from the mirror of its environment',
  of: ({ all }, model) => all.filter((entry) => mirrorOf(entry, model) !== undefined),
  *judge(entry, _, { model }) {
    const mirror = mirrorOf(entry, model) ?? '';
    const { kind, metadata } = entry.object;
    const images = imagesIn(entry.object);
    if (kind === 'HelmRelease' && images.length === 0) {
      yield {
        message: `HelmRelease '${metadata.name}' names no image, so its chart pulls from wherever it likes`,
        hint: `give the chart's values that point its images at '${mirror}'`,
      };
    }
    for (const { image, path } of images) {
      if (isUnder(image, mirror)) continue;
      yield {
        message: `'${pathText(path)}' names '${image}', which is not pulled from '${mirror}'`,
        hint: 'write imageOf(this, name), which knows the mirror',
      };
    }
  },
});

function mirrorOf({ origin }: Entry, { environments }: Model): string | undefined {
  return environments.find(({ environment }) => environment === origin.environment)?.registryMirror;
}
