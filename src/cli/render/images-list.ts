import type { ImageListing, ListedImage } from '../../operations/images/inventory.ts';

/** A stable contract: one document, the inventory as it is. */
export function imagesJson(environments: readonly ImageListing[]): string {
  return `${JSON.stringify({ environments }, null, 2)}\n`;
}

/** For people: a block for each environment, two lines for each image. */
export function imagesText(environments: readonly ImageListing[]): string {
  if (environments.length === 0) return 'no images\n';
  return environments.map(environmentText).join('\n');
}

function environmentText(listing: ImageListing): string {
  const { cluster, environment, images, list, mirror, platform } = listing;
  const facts = [`images ${images}`, ...(mirror === undefined ? [] : [`from ${mirror}`])];
  const title = `${platform}/${environment} on cluster ${cluster}: ${facts.join(', ')}\n`;
  return [title, ...list.map(imageText)].join('');
}

function imageText({ digest, from, name, policy, repository, tag, usedBy }: ListedImage): string {
  const facts = [
    FROM[from],
    `run by ${usedBy.length === 0 ? 'nothing' : usedBy.join(', ')}`,
    ...(policy === undefined ? [] : [`moved by ${policy}`]),
    ...(digest === undefined ? ['no digest'] : []),
  ];
  const reference = `${repository}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
  return `  ${name}: ${facts.join(', ')}\n    ${reference}\n`;
}

const FROM = { lock: 'locked', 'third-party': 'third-party', program: 'named in the program' };
