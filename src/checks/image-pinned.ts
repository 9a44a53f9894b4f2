import { hasTag } from '../core/image.ts';
import { containersOf } from './pods.ts';
import { itemsIn, textIn } from './read.ts';
import { defineRule } from './rule.ts';
import { strictInProduction } from './severity.ts';

export const imagePinned = defineRule('image-pinned', {
  about: "an image without a tag, or with 'latest': what runs could change without a commit",
  of: ({ workloads }) => workloads,
  *judge(entry, objects, { model }) {
    const spec = objects.specOf(entry);
    const images = [
      ...containersOf(spec).map(({ called, fields }) => [called, textIn(fields, 'image')] as const),
      ...itemsIn(spec, 'volumes').map(
        (each) => [`volume '${String(each['name'])}'`, textIn(each, 'image', 'reference')] as const,
      ),
    ];
    for (const [called, image] of images) {
      if (image === undefined || isPinned(image)) continue;
      yield {
        severity: strictInProduction(entry, model),
        message: hasTag(image)
          ? `${called} runs '${image}', and 'latest' is another image tomorrow`
          : `${called} runs '${image}', which names no tag`,
        hint: 'add a version or a digest, or name it in the image lock and write imageOf(this, name)',
      };
    }
  },
});

function isPinned(image: string): boolean {
  return image.includes('@sha256:') || (hasTag(image) && !image.endsWith(':latest'));
}
