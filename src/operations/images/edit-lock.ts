import { isDeepStrictEqual } from 'node:util';
import { load } from 'js-yaml';
import { KeelsonError } from '../../core/errors.ts';
import {
  type ImageLock,
  type LockedImage,
  type LockField,
  setterComment,
} from '../../core/image-lock.ts';
import { type FieldLine, fieldLines, setterOf } from './lock-lines.ts';
import { parseImageLock } from './read-lock.ts';

/** What one image is to become. */
export interface Edit {
  readonly environment: string;
  readonly name: string;
  readonly tag: string;
  /** Undefined: the image has none any more. */
  readonly digest: string | undefined;
}

/** The text of a lock in which one image is another; every other line stays as it is, to the byte. */
export function editLock(file: string, text: string, edit: Edit): string {
  const { digest = '', environment, name, tag } = edit;
  const own = fieldLines(text).filter(
    (line) => line.environment === environment && line.name === name,
  );
  const at = (field: LockField): FieldLine | undefined => own.find((line) => line.field === field);
  const [tagLine, digestLine] = [at('tag'), at('digest')];
  const lines = text.split('\n');
  if (tagLine) {
    const added = digestLine || digest === '' ? [] : [digestUnder(tagLine, digest)];
    lines.splice(tagLine.index, 1, lineWith(tagLine, tag), ...added);
  }
  if (digestLine) lines[digestLine.index] = lineWith(digestLine, digest);
  const edited = lines.join('\n');
  requireOnly(file, text, edited, edit);
  return edited;
}

function lineWith({ after, before, value }: FieldLine, to: string): string {
  const gap = value === '' && !before.endsWith(' ') ? ' ' : '';
  const isText = !/^["']/.test(value) && load(to || '~') === to; // a tag 1.10 would be read as a number
  return `${before}${gap}${isText ? to : `"${to}"`}${after}`;
}

/** A new line under the tag's, with the comment of the same policy. */
function digestUnder(tagLine: FieldLine, digest: string): string {
  const [pad = ''] = /^ */.exec(tagLine.before) ?? [];
  const setter = setterOf(tagLine)?.replace(/:tag$/, ':digest');
  return `${pad}digest: ${digest}${setter === undefined ? '' : ` ${setterComment(setter)}`}`;
}

/** Lines were found by their look: what the edited text means decides. */
function requireOnly(file: string, before: string, after: string, edit: Edit): void {
  const { digest, environment, name, tag } = edit;
  const wanted = valuesOf(parseImageLock(file, before));
  Object.assign(wanted[environment]?.[name] ?? {}, { tag, digest });
  if (isDeepStrictEqual(valuesOf(parseImageLock(file, after)), wanted)) return;
  throw new KeelsonError(file, 'image/lock-not-editable', {
    message: `'${environment}.${name}' is not written as one line for each field`,
    hint: 'write repository, tag and digest on lines of their own, or edit the file by hand',
  });
}

type Values = Record<string, Record<string, Pick<LockedImage, LockField>>>;

/** What a lock says, wherever it stands. */
function valuesOf(lock: ImageLock): Values {
  const environments = Object.entries(lock).map(([environment, images]) => {
    const values = Object.entries(images).map(([name, { digest, repository, tag }]) => [
      name,
      { repository, tag, digest },
    ]);
    return [environment, Object.fromEntries(values)];
  });
  return Object.fromEntries(environments);
}
