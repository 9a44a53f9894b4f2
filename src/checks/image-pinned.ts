import type { Finding } from '../core/finding.ts';
import { hasTag, isFloating, partsOf } from '../core/image-reference.ts';
import type { Entry, ImageFacts, Model } from '../core/model.ts';
import { isThirdParty } from '../core/third-party-images.ts';
import { imageUses } from './image-uses.ts';
import type { ObjectIndex } from './index-of-objects.ts';
import { containersOf } from './pods.ts';
import { type Fields, itemsIn, stringsIn, textIn } from './read.ts';
import { defineRule, type Fault, type Rule } from './rule.ts';
import { strictInProduction } from './severity.ts';

const eachObject = defineRule('image-pinned', {
  about:
    "an image without a tag, with 'latest', or in production without a digest: what runs could change without a commit",
  of: (objects, model) => [
    ...objects.workloads,
    ...objects.all.filter((entry) => isOther(entry, objects) && usesIn(entry, model).length > 0),
  ],
  *judge(entry, objects, { model }) {
    const uses = imageUses(model, entry.origin.environment);
    const named = isOther(entry, objects) ? usesIn(entry, model) : inPods(objects.specOf(entry));
    for (const [called, image] of named) {
      const fault = faultOf(called, image, uses.get(image), strictInProduction(entry, model));
      if (fault) yield fault;
    }
  },
});

export const imagePinned: Rule = {
  ...eachObject,
  check: (input) => {
    const { findings, looked } = eachObject.check(input);
    return { looked, findings: [...findings, ...byTagAlone(input.model)] };
  },
};

/** What Keelson chose itself is known by version only: said once, and no reason to stop. */
function byTagAlone({ environments, images }: Model): readonly Finding[] {
  const places = environments.filter(({ tier }) => tier === 'production');
  return places.flatMap(({ environment }) => {
    const here = images.filter(
      (image) => image.origin.environment === environment && isOurs(image),
    );
    return [...new Set(here.map(({ name }) => name))].map((name): Finding => {
      const users = here.filter((image) => image.name === name).map(({ origin }) => origin.service);
      return {
        rule: 'image-pinned',
        severity: 'warning',
        at: `${environment}/images`,
        message: `${[...new Set(users)].join(', ')}: '${name}' is pinned by its tag alone, which its owner can move`,
        hint: `put '${name}' as a name into the image lock, with repository, tag and digest`,
      };
    });
  });
}

const isOurs = ({ locked, name }: ImageFacts): boolean => !locked && isThirdParty(name);

type Named = readonly [called: string, image: string];

/** What makes no pods itself: custom resources, chart values. */
const isOther = (entry: Entry, objects: ObjectIndex): boolean =>
  Object.keys(objects.specOf(entry)).length === 0;

function usesIn({ object, origin }: Entry, model: Model): readonly Named[] {
  const uses = imageUses(model, origin.environment);
  if (uses.size === 0) return [];
  const images = [...new Set(stringsIn(object))].filter((text) => uses.has(text));
  return images.map((image) => [`${object.kind} '${object.metadata.name}'`, image]);
}

function inPods(spec: Fields): readonly Named[] {
  const found = [
    ...containersOf(spec).map(({ called, fields }) => [called, textIn(fields, 'image')] as const),
    ...itemsIn(spec, 'volumes').map(
      (each) => [`volume '${String(each['name'])}'`, textIn(each, 'image', 'reference')] as const,
    ),
  ];
  return found.flatMap(([called, image]) =>
    image === undefined ? [] : [[called, image] as const],
  );
}

function faultOf(
  called: string,
  image: string,
  known: ImageFacts | undefined,
  severity: 'error' | 'warning',
): Fault | undefined {
  const parts = partsOf(image);
  if (parts.digest !== undefined) return undefined;
  const says = `${called} runs '${image}'`;
  const hint =
    'add a version or a digest, or name it in the image lock and write imageOf(this, name)';
  if (!hasTag(image)) return { severity, message: `${says}, which names no tag`, hint };
  if (isFloating(parts)) {
    const message = `${says}, and '${parts.tag}' is another image tomorrow`;
    return { severity, message, hint: known?.locked ? setHint(known, '<version>') : hint };
  }
  if (severity === 'warning' || (known && isOurs(known))) return undefined;
  return {
    severity,
    message: `${says} without a digest: whoever owns the tag can move it`,
    hint: pinHint(known, parts.tag ?? ''),
  };
}

function pinHint(known: ImageFacts | undefined, tag: string): string {
  if (known?.locked) return setHint(known, tag);
  if (known) return `put '${known.name}' into the image lock, with repository, tag and digest`;
  return 'add a digest, or name it in the image lock and write imageOf(this, name)';
}

const setHint = ({ name, origin }: ImageFacts, tag: string): string =>
  `\`keelson images set ${name} ${tag}@sha256:… --env ${origin.environment}\``;
