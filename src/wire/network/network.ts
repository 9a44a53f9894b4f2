import type { Entry, Link, Model } from '../../core/model.ts';
import { externalPolicy } from './external.ts';
import { openingPolicy } from './opening.ts';
import { pairPolicies } from './pair.ts';

/** One policy on each side of every client–owner pair, and one for every way out and every named opening. */
export function networkPolicies(model: Model): Entry[] {
  const inside = model.links.filter(({ owner }) => owner !== undefined);
  const outside = model.links.filter(({ owner }) => owner === undefined);
  return [
    ...[...pairsOf(inside).values()].flatMap((links) => pairPolicies(links, model.platform)),
    ...outside.map(externalPolicy),
    ...model.openings.map(openingPolicy),
  ];
}

function pairsOf(links: readonly Link[]): Map<string, Link[]> {
  const pairs = new Map<string, Link[]>();
  for (const link of links) {
    const key = `${link.client.origin.path} → ${link.owner?.origin.path}`;
    const pair = pairs.get(key);
    if (pair) pair.push(link);
    else pairs.set(key, [link]);
  }
  return pairs;
}
