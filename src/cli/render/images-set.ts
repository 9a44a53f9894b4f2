import type { SetImage } from '../../operations/images/set-image.ts';

/** What became of one image in each lock, and what was lost by it. */
export function setText(name: string, results: readonly SetImage[]): string {
  return results.map((result) => lineOf(name, result)).join('');
}

function lineOf(name: string, { after, before, file }: SetImage): string {
  const isSame = after.tag === before.tag && after.digest === before.digest;
  if (isSame) return `${file}: '${name}' is ${after.tag} already\n`;
  const lost = before.digest !== undefined && after.digest === undefined;
  const said = `${file}: '${name}' was ${before.tag}, now ${after.tag}\n`;
  return lost
    ? `${said}${file}: the digest of ${before.tag} is gone, and ${after.tag} has none: add @sha256:…\n`
    : said;
}
