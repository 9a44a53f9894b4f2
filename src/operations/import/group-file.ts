import { compare } from './json.ts';
import { fileText, kindText, type NamedKind, type TypedKind } from './kind-text.ts';
import { byRank, className, Names, pascal } from './names.ts';
import { TypeText } from './type-text.ts';

export interface GroupFileOptions {
  readonly kinds: readonly TypedKind[];

  /** Lines that say what made the file, and from what. */
  readonly header: readonly string[];

  /** The module that `ObjectMeta` comes from. */
  readonly metadataFrom: string;
}

/** The TypeScript file with the custom kinds of one API group. */
export function groupFile({ kinds, header, metadataFrom }: GroupFileOptions): string {
  const names = new Names();
  const types = new TypeText(names);
  const blocks = named(kinds, names).flatMap((kind) => kindText(kind, types));
  return fileText(header, [`import type { ObjectMeta } from '${metadataFrom}';`], blocks);
}

/** Classes choose their names first, then props and specs; the rest follows as it is met. */
function named(kinds: readonly TypedKind[], names: Names): readonly NamedKind[] {
  const classes = [...kinds].sort(byKindAndRank).map((kind) => {
    return { ...kind, name: names.take(freeClassName(kind, names)) };
  });
  return classes.map((kind) => ({
    ...kind,
    props: names.take(`${kind.name}Props`),
    spec: names.take(`${kind.name}Spec`),
  }));
}

function byKindAndRank(a: TypedKind, b: TypedKind): number {
  return compare(a.kind, b.kind) || byRank(versionOf(a), versionOf(b));
}

function freeClassName(kind: TypedKind, names: Names): string {
  const name = className(kind.kind);
  return names.isFree(name) ? name : `${name}${pascal(versionOf(kind))}`;
}

function versionOf({ apiVersion }: TypedKind): string {
  return apiVersion.split('/').pop() ?? apiVersion;
}
