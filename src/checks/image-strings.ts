import { isReference, isRegistry, partsOf } from '../core/image-reference.ts';
import type { KubeObject } from '../core/model.ts';
import { type Fields, isFields } from './read.ts';

/** A string that a container runtime would pull. */
export interface FoundImage {
  readonly path: readonly (string | number)[];
  readonly image: string;
}

type Path = readonly (string | number)[];

/**
 * Every image that an object names: in fields called so, split into registry and repository, in arguments and
 * variables, and in whatever text. What could be a URL, an address or a path is taken for none.
 */
export function imagesIn(object: KubeObject): readonly FoundImage[] {
  if (object.kind === 'CustomResourceDefinition') return []; // its strings describe, they do not run
  const isChart = object.kind === 'HelmRelease';
  return [...below(object, [], isChart)];
}

function* below(value: unknown, path: Path, isChart: boolean): Iterable<FoundImage> {
  if (typeof value === 'string') yield* inText(value, path);
  else if (Array.isArray(value)) yield* inList(value, path, isChart);
  else if (isFields(value)) yield* inMap(value, path, isChart);
}

const IMAGE_FIELD = /(?:^|[a-z./_-])(?:i|I)mage(?:Name|Ref|Reference)?$/;
const IMAGE_WORD = /image/i;
const NO_IMAGE = /pull|policy|secret|version|tag|digest/i;

function* inMap(map: Fields, path: Path, isChart: boolean): Iterable<FoundImage> {
  const split = splitImage(map, path, isChart);
  if (split !== undefined) yield { path: [...path, 'repository'], image: split };
  const isVariable =
    typeof map['name'] === 'string' && IMAGE_WORD.test(map['name']) && !NO_IMAGE.test(map['name']);
  for (const [key, value] of Object.entries(map)) {
    const at = [...path, key];
    if (split !== undefined && (key === 'repository' || key === 'registry')) continue;
    if (typeof value !== 'string') yield* below(value, at, isChart);
    else if (/[iI]mageRegistry$/.test(key) && value !== '') yield { path: at, image: `${value}/…` };
    else
      yield* IMAGE_FIELD.test(key) || (isVariable && key === 'value')
        ? named(value, at)
        : inText(value, at);
  }
}

/** `registry`, `repository` and `tag` in fields of their own, as charts like it. */
function splitImage(map: Fields, path: Path, isChart: boolean): string | undefined {
  const { registry, repository } = map;
  if (typeof repository !== 'string') return undefined;
  const besides = ['registry', 'tag', 'digest', 'pullPolicy'].some((key) => key in map);
  if (!isChart && !besides && !IMAGE_WORD.test(String(path.at(-1)))) return undefined;
  const image =
    typeof registry === 'string' && registry !== '' ? `${registry}/${repository}` : repository;
  return isReference(image) ? image : undefined;
}

const FLAG = /^--?([\w.-]+)(?:=(.*))?$/s;

function* inList(list: readonly unknown[], path: Path, isChart: boolean): Iterable<FoundImage> {
  let isNext = false;
  for (const [index, value] of list.entries()) {
    const at = [...path, index];
    const [, flag = '', given] = (typeof value === 'string' && FLAG.exec(value)) || [];
    const isImage = IMAGE_WORD.test(flag) && !NO_IMAGE.test(flag);
    if (typeof value === 'string' && isNext && flag === '') yield* named(value, at);
    else if (given !== undefined) yield* isImage ? named(given, at) : inText(given, at);
    else yield* below(value, at, isChart);
    isNext = isImage && given === undefined;
  }
}

/** A value that is called an image; a template of one is searched as text is. */
function named(value: string, path: Path): readonly FoundImage[] {
  return isReference(value) ? [{ path, image: value }] : inText(value, path);
}

const BREAK = /[\s"'`,;()[\]{}<>|=]+/;
const NAMED_IN_TEXT = /\bimage["']?:\s*["']?([^\s"',}]+)/g;

function inText(text: string, path: Path): readonly FoundImage[] {
  if (!/[:@/]/.test(text)) return [];
  const called = [...text.matchAll(NAMED_IN_TEXT)].map(([, image = '']) => image);
  const alone = isReference(text) && isShort(text) ? [text] : [];
  const full = text.split(BREAK).map((word) => word.replace(/[.:]+$/, ''));
  const found = [...called.filter(isReference), ...alone, ...full.filter(isFull)];
  return [...new Set(found)].map((image) => ({ path, image }));
}

/** A name of Docker Hub with its version, and not `<namespace>/<service>:<port>`. */
function isShort(text: string): boolean {
  const { repository, tag = '' } = partsOf(text);
  const [first = ''] = text.split('/');
  const isVersion = /\d|^latest$/.test(tag) && !/^\d{3,5}$/.test(tag);
  return repository.includes('/') && !isRegistry(first) && isVersion;
}

const PUBLIC =
  /^(docker\.io|quay\.io|ghcr\.io|(.+\.)?gcr\.io|registry\.k8s\.io|public\.ecr\.aws|mcr\.microsoft\.com|.+\.pkg\.dev|.+\.dkr\.ecr\..+\.amazonaws\.com|registry\.gitlab\.com|docker\.elastic\.co)$/;

/** Begins with a registry and ends in a version, or names one of the registries that everybody knows. */
function isFull(word: string): boolean {
  if (!isReference(word)) return false;
  const [registry = '', ...rest] = word.split('/');
  const { digest, tag } = partsOf(word);
  if (digest !== undefined) return true;
  if (rest.length === 0 || !isRegistry(registry)) return false;
  return tag !== undefined || PUBLIC.test(registry);
}
