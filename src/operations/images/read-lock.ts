import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FAILSAFE_SCHEMA, load } from 'js-yaml';
import { KeelsonError } from '../../core/errors.ts';
import { type ImageLock, type LockedImage, lockFile } from '../../core/image-lock.ts';
import { isRepository } from '../../core/image-reference.ts';
import { type FieldLine, fieldLines, setterOf } from './lock-lines.ts';

/** Reads a cluster's lock in a project's folder; a cluster without one locks nothing. */
export function readImageLock(folder: string, platform: string, cluster: string): ImageLock {
  const file = lockFile(platform, cluster);
  const path = join(folder, file);
  return existsSync(path) ? parseImageLock(file, readFileSync(path, 'utf8')) : {};
}

/** What the text of a lock says; `file` is for messages. */
export function parseImageLock(file: string, text: string): ImageLock {
  const environments = mapping(file, 'the file', parse(file, text));
  const lines = fieldLines(text);
  return Object.fromEntries(
    Object.entries(environments).map(([environment, images]) => [
      environment,
      imagesOf(
        file,
        environment,
        images,
        lines.filter((line) => line.environment === environment),
      ),
    ]),
  );
}

/** Everything stays a string: a tag `1.10` is no number. */
function parse(file: string, text: string): unknown {
  try {
    return load(text, { filename: file, schema: FAILSAFE_SCHEMA }) ?? {};
  } catch (cause) {
    throw new KeelsonError(file, 'image/lock-unreadable', {
      message: `not YAML: ${(cause as Error).message.split('\n')[0]}`,
      hint: 'environments, then names, then repository, tag and digest',
      cause,
    });
  }
}

function imagesOf(
  file: string,
  environment: string,
  images: unknown,
  lines: readonly FieldLine[],
): Record<string, LockedImage> {
  return Object.fromEntries(
    Object.entries(mapping(file, `'${environment}'`, images || {})).map(([name, image]) => {
      const own = lines.filter((line) => line.name === name);
      const at = own.map((line) => [
        line.field,
        { number: line.index + 1, setter: setterOf(line) },
      ]);
      return [
        name,
        { ...lockedImage(file, `${environment}.${name}`, image), lines: Object.fromEntries(at) },
      ];
    }),
  );
}

const TAG = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;
const DIGEST = /^sha256:[0-9a-f]{64}$/;

export const isTag = (value: unknown): boolean => matches(TAG, value);
export const isDigest = (value: unknown): boolean => matches(DIGEST, value);

function lockedImage(file: string, at: string, image: unknown): LockedImage {
  const { repository, tag, digest, ...rest } = mapping(file, `'${at}'`, image);
  const [extra] = Object.keys(rest);
  if (extra !== undefined) refuse(file, `${at}.${extra}`, 'no key that a lock has', rest[extra]);
  if (!isRepository(repository))
    refuse(file, `${at}.repository`, 'no repository', repository, REPOSITORY_HINT);
  if (!isTag(tag)) refuse(file, `${at}.tag`, 'no tag', tag);
  if (digest === undefined || digest === '')
    return { repository, tag, digest: undefined } as LockedImage; // Flux empties a digest that its policy does not follow
  if (!isDigest(digest)) refuse(file, `${at}.digest`, 'no sha256 digest', digest);
  return { repository, tag, digest } as LockedImage;
}

function matches(pattern: RegExp, value: unknown): boolean {
  return typeof value === 'string' && pattern.test(value);
}

function mapping(file: string, at: string, value: unknown): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw new KeelsonError(file, 'image/lock-unreadable', {
    message: `${at} must be a mapping, got ${JSON.stringify(value)}`,
    hint: 'environments, then names, then repository, tag and digest',
  });
}

const FIELDS_HINT = 'each image has repository, tag and, for production, digest (sha256:…)';
const REPOSITORY_HINT =
  "registry and name alone, such as ghcr.io/shop/web: no 'https://', and the version stands under 'tag'";

function refuse(file: string, at: string, what: string, value: unknown, hint = FIELDS_HINT): never {
  throw new KeelsonError(file, 'image/bad-lock', {
    message: `'${at}' is ${what}: ${JSON.stringify(value) ?? 'missing'}`,
    hint,
  });
}
