import { suggest } from '../core/names.ts';

const MANY = 12;

/** The name that was probably meant; all that there are only where they are few. */
export function nearest(what: string, given: string, known: readonly string[]): string {
  const said = suggest(what, given, known);
  if (known.length <= MANY) return said;
  const end = said.indexOf('? known ');
  return end > 0
    ? said.slice(0, end + 1)
    : `none of the ${known.length} ${what} has a name like it`;
}
