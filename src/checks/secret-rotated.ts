import type { Finding } from '../core/finding.ts';
import type { Model } from '../core/model.ts';
import { suggest } from '../core/names.ts';
import type { Place } from '../core/place.ts';
import type { Rule } from './rule.ts';

/** A day beside a name that is none would roll nothing, and nobody would notice. */
export const secretRotated: Rule = {
  name: 'secret-rotated',
  about: "a name under 'rotated' that no Secret of the environment has",
  check: ({ model }) => {
    const days = model.environments.flatMap((place) =>
      Object.keys(place.rotated).map((secret) => ({ place, secret })),
    );
    return {
      looked: days.length,
      findings: days.flatMap(({ place, secret }) => faultOf(model, place, secret)),
    };
  },
};

function faultOf(model: Model, { environment }: Place, secret: string): Finding[] {
  const known = model.secrets
    .filter(({ copyOf, origin }) => !copyOf && origin.environment === environment)
    .map(({ name }) => name);
  if (known.includes(secret)) return [];
  return [
    {
      rule: 'secret-rotated',
      severity: 'error',
      at: environment,
      message: `'rotated' names '${secret}', which is no Secret of '${environment}'`,
      hint: suggest('Secrets', secret, known),
    },
  ];
}
