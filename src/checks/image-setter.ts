import type { Finding } from '../core/finding.ts';
import {
  imagePolicyOf,
  type LockedImage,
  type LockField,
  lockFile,
  setterComment,
} from '../core/image-lock.ts';
import type { Model } from '../core/model.ts';
import type { Place } from '../core/place.ts';
import { stringsIn } from './read.ts';
import type { Rule } from './rule.ts';

/** Flux edits lines by their comments: lock and output stay alike only where each has its own. */
export const imageSetter: Rule = {
  name: 'image-setter',
  about: 'a line of the image lock without the setter comment of its policy, or with another',
  check: ({ model }) => {
    const written = model.environments.flatMap((place) =>
      Object.entries(place.lock?.[place.environment] ?? {})
        .filter(([, { lines }]) => lines !== undefined)
        .map(([name, image]): Written => ({ place, name, image, file: fileOf(model) })),
    );
    return {
      looked: written.length,
      findings: [...written.flatMap(lineFaults), ...twins(written), ...embedded(model)],
    };
  },
};

interface Written {
  readonly place: Place;
  readonly file: string;
  readonly name: string;
  readonly image: LockedImage;
}

const fileOf = ({ cluster, platform }: Model): string => lockFile(platform, cluster.name);

const FIELDS: readonly (readonly [LockField, end: string])[] = [
  ['repository', 'name'],
  ['tag', 'tag'],
  ['digest', 'digest'],
];

function lineFaults({ file, image, name, place }: Written): Finding[] {
  const { lines = {} } = image;
  const policy = imagePolicyOf(place, name);
  return FIELDS.flatMap(([field, end]) => {
    const line = lines[field];
    const isName = field === 'repository';
    // From a mirror the name must not follow, or Flux writes the mirror over the real one.
    const isMovable = policy !== undefined && !(isName && place.registryMirror !== undefined);
    const wanted = isMovable ? `${policy}:${end}` : undefined;
    const isOptional = isName || wanted === undefined;
    if (line?.setter === undefined ? isOptional : line.setter === wanted) return [];
    const number = line?.number ?? lines.tag?.number ?? 1;
    return [
      finding(
        place,
        `${file}:${number}: ${saysOf(name, field, line)}`,
        hintOf(field, wanted, line !== undefined),
        wanted === undefined ? 'warning' : 'error',
      ),
    ];
  });
}

function saysOf(name: string, field: LockField, line: { setter: string | undefined } | undefined) {
  if (!line) return `'${name}' has no line '${field}' that Flux could edit`;
  if (line.setter === undefined) return `'${field}' of '${name}' has no setter comment`;
  return `'${field}' of '${name}' has the setter comment of '${line.setter}'`;
}

function hintOf(field: LockField, wanted: string | undefined, isThere: boolean): string {
  if (wanted === undefined) return 'take the comment away: no policy may edit this line';
  const comment = setterComment(wanted);
  return isThere ? `end the line with ${comment}` : `add the line ${field}: "" ${comment}`;
}

/** Names become part of an object's name, where few signs are allowed. */
function twins(written: readonly Written[]): Finding[] {
  const first = new Map<string, string>();
  return written.flatMap(({ name, place }) => {
    const policy = imagePolicyOf(place, name);
    if (policy === undefined) return [];
    const other = first.get(policy);
    if (other === undefined) {
      first.set(policy, name);
      return [];
    }
    const message = `'${name}' and '${other}' would both be moved by the policy '${policy}'`;
    return [finding(place, message, 'rename one of them in the lock', 'error')];
  });
}

/** Flux edits whole values, so a reference inside a longer one would stay behind. */
function embedded({ entries, environments, images }: Model): Finding[] {
  return environments.flatMap((place) => {
    const moved = images.filter(
      ({ origin, policy }) => policy !== undefined && origin.environment === place.environment,
    );
    const references = [...new Set(moved.map(({ reference }) => reference))];
    if (references.length === 0) return [];
    const here = entries.filter(({ origin }) => origin.environment === place.environment);
    return here.flatMap(({ object, origin }) => {
      const texts = [...stringsIn(object)].filter((text) => /[:@]/.test(text));
      const held = references.filter((reference) =>
        texts.some((text) => text !== reference && holds(text, reference)),
      );
      return held.map((reference): Finding => {
        const message = `${object.kind} '${object.metadata.name}' has '${reference}' inside a longer value, where Flux cannot move it`;
        const hint = 'make it a value of its own: an argument after its flag, or a variable';
        return { rule: 'image-setter', severity: 'error', at: origin.path, message, hint };
      });
    });
  });
}

function holds(text: string, reference: string): boolean {
  const at = text.indexOf(reference);
  return at >= 0 && !/^[\w.@-]/.test(text.slice(at + reference.length));
}

function finding(
  { environment }: Place,
  message: string,
  hint: string,
  severity: Finding['severity'],
): Finding {
  return { rule: 'image-setter', severity, at: `${environment}/images`, message, hint };
}
