import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { KeelsonError } from '../../core/errors.ts';
import { type LockedImage, lockFile } from '../../core/image-lock.ts';
import { suggest } from '../../core/names.ts';
import { loadProgram } from '../program.ts';
import { writeFiles } from '../secrets/write-files.ts';
import { requireKnown, type WorkspaceOptions } from '../workspace.ts';
import { editLock } from './edit-lock.ts';
import { isDigest, isTag, parseImageLock } from './read-lock.ts';

export interface SetOptions extends WorkspaceOptions {
  readonly environment: string;
  readonly name: string;
  /** `tag`, or `tag@sha256:…`. */
  readonly version: string;
  readonly digest?: string;
}

/** One lock, before and after. */
export interface SetImage {
  readonly file: string;
  readonly before: LockedImage;
  readonly after: Pick<LockedImage, 'tag' | 'digest'>;
}

/** Pins one image anew in every lock of the environment that has it. All of them, or none. */
export async function setImage(options: SetOptions): Promise<readonly SetImage[]> {
  const { environment, folder, name } = options;
  const to = versionOf(options);
  const locks = (await locksOf(options)).map((file) => {
    const text = readFileSync(join(folder, file), 'utf8');
    return { file, text, images: parseImageLock(file, text)[environment] };
  });
  const names = locks.flatMap(({ images = {} }) => Object.keys(images));
  const results = locks.flatMap(({ file, images = {}, text }) => {
    const before = Object.hasOwn(images, name) ? images[name] : undefined;
    if (!before) return [];
    const digest = to.digest ?? (to.tag === before.tag ? before.digest : undefined);
    const after = { tag: to.tag, digest };
    const isSame = after.tag === before.tag && after.digest === before.digest;
    const edited = isSame ? text : editLock(file, text, { environment, name, ...after });
    return [{ file, before, after, text, edited }];
  });
  if (results.length === 0) throw unknownImage(options, locks, names);
  const changed = results.filter(({ edited, text }) => edited !== text);
  writeFiles(folder, new Map(changed.map(({ edited, file }) => [file, edited])));
  return results.map(({ after, before, file }) => ({ file, before, after }));
}

function versionOf({ digest, name, version }: SetOptions): { tag: string; digest?: string } {
  const [tag = '', ...rest] = version.split('@');
  const given = rest.length > 0 ? rest.join('@') : digest;
  if (!isTag(tag)) {
    throw new KeelsonError('keelson images set', 'image/bad-tag', {
      message: `'${tag}' is no tag for '${name}'`,
      hint: "letters, digits, '.', '_' and '-', at most 128: 1.4.2, or 1.4.2@sha256:…",
    });
  }
  if (given === undefined) return { tag };
  if (!isDigest(given)) {
    throw new KeelsonError('keelson images set', 'image/bad-digest', {
      message: `'${given}' is no digest for '${name}'`,
      hint: "'sha256:' and 64 hexadecimal digits, as the registry shows it",
    });
  }
  if (digest !== undefined && digest !== given) {
    throw new KeelsonError('keelson images set', 'image/two-digests', {
      message: `'${name}' is given two digests, '${given}' and '${digest}'`,
      hint: 'give it once: behind the tag, or by --digest',
    });
  }
  return { tag, digest: given };
}

/** The locks of the clusters that an environment runs on, as far as they are there. */
async function locksOf(options: SetOptions): Promise<readonly string[]> {
  const { cluster, environment, folder, platform } = options;
  const program = await loadProgram(resolve(folder, options.program), options);
  requireKnown(program.file, program.platforms, options);
  const files = program.platforms
    .filter(({ name }) => platform === undefined || name === platform)
    .flatMap((each) =>
      each.clusters
        .map(({ name }) => name)
        .filter((name) => cluster === undefined || name === cluster)
        .filter(
          (name) => environment === 'shared' || each.environments[environment]?.includes(name),
        )
        .map((name) => lockFile(each.name, name)),
    );
  const there = files.filter((file) => existsSync(join(folder, file)));
  if (there.length > 0) return there;
  throw new KeelsonError('keelson images set', 'image/no-lock', {
    message: `environment '${environment}' has no lock${files.length > 0 ? `: there is no ${files.join(', ')}` : ''}`,
    hint: "write one: the environment, below it the image's name, below that repository and tag",
  });
}

function unknownImage(
  { environment, name }: SetOptions,
  locks: readonly { readonly file: string; readonly images: unknown }[],
  names: readonly string[],
): KeelsonError {
  const files = locks.map(({ file }) => file).join(', ');
  if (locks.every(({ images }) => images === undefined)) {
    return new KeelsonError('keelson images set', 'image/no-lock', {
      message: `environment '${environment}' is not in ${files}`,
      hint: "write it there, below it the image's name, below that repository and tag",
    });
  }
  return new KeelsonError('keelson images set', 'image/unknown', {
    message: `image '${name}' is not in ${files} under '${environment}'`,
    hint: `add it there with 'repository' and 'tag'; ${suggest('images', name, [...new Set(names)])}`,
  });
}
