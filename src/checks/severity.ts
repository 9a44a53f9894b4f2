import type { Entry, Model } from '../core/model.ts';

/** An error where nothing may be lost, a warning everywhere else. */
export function strictInProduction(
  { origin }: Entry,
  { environments }: Model,
): 'error' | 'warning' {
  const place = environments.find(({ environment }) => environment === origin.environment);
  return place?.tier === 'production' ? 'error' : 'warning';
}
