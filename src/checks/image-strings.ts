import { isReference } from '../core/image-reference.ts';
import type { KubeObject } from '../core/model.ts';
import { isImageWord } from './image-words.ts';
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

const IMAGE_FIELD =
  /(?:^|[a-z0-9./_-])[iI]mages?(?:Name|Ref|Reference)?$|(?:^|_)IMAGES?(?:_NAME|_REF)?$/;
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
    const isImage =
      IMAGE_FIELD.test(key) ||
      (isVariable && key === 'value') ||
      (key === 'reference' && IMAGE_FIELD.test(String(path.at(-1)))); // of an image volume
    if (Array.isArray(value) && isImage) yield* inListOfImages(value, at, isChart);
    else if (typeof value !== 'string') yield* below(value, at, isChart);
    else if (/[iI]mageRegistry$/.test(key) && value !== '') yield { path: at, image: `${value}/…` };
    else yield* isImage ? named(value, at) : inText(value, at);
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

function* inListOfImages(
  list: readonly unknown[],
  path: Path,
  isChart: boolean,
): Iterable<FoundImage> {
  for (const [index, value] of list.entries()) {
    const at = [...path, index];
    yield* typeof value === 'string' ? named(value, at) : below(value, at, isChart);
  }
}

/** A value that is called an image; a template of one is searched as text is. */
function named(value: string, path: Path): readonly FoundImage[] {
  return isName(value) ? [{ path, image: value }] : inText(value, path);
}

/** What a field of an image says where it is a switch or a style. */
const isName = (value: string): boolean =>
  isReference(value) &&
  !/^(?:true|false|null|none|yes|no|on|off|enabled|disabled|always|never|auto)$/.test(value);

const BREAK = /[\s"'`,;()[\]{}<>|=\\&]+/;
const END = String.raw`(?:[iI]mages?(?:Name|Ref|Reference)?|IMAGES?(?:_NAME|_REF)?)\\?["']?\s*[:=]`;
const NAMED_IN_TEXT = new RegExp(String.raw`${END}[ \t]*\\?["']?([^\s"',}\\]+)`, 'g');
const ITEM = String.raw`\s*-[ \t]+["']?[\w./:@-]+["']?[ \t]*(?:\r?\n|$)`;
const LIST_IN_TEXT = new RegExp(String.raw`${END}(?:[ \t]*\[([^\]]*)\]|((?:${ITEM})+))`, 'g');

function inText(text: string, path: Path): readonly FoundImage[] {
  if (!/[:@/=]/.test(text)) return [];
  const called = [...text.matchAll(NAMED_IN_TEXT)].map(([, image = '']) => image);
  const listed = [...text.matchAll(LIST_IN_TEXT)].flatMap(([, flow, block = '']) =>
    (flow ?? block).split(BREAK),
  );
  const words = text.split(BREAK).map((word) => word.replace(/[.:]+$/, ''));
  const found = [...called.filter(isName), ...listed.filter(isName), ...words.filter(isImageWord)];
  return [...new Set(found)].map((image) => ({ path, image }));
}
