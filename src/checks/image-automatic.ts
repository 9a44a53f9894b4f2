import type { Finding } from '../core/finding.ts';
import type { Rule } from './rule.ts';

/** Whatever is pushed to a registry would run in production a few minutes later. */
export const imageAutomatic: Rule = {
  name: 'image-automatic',
  about: 'an environment of production whose images move without a person',
  check: ({ model: { environments } }) => {
    const production = environments.filter(({ tier }) => tier === 'production');
    return {
      looked: production.length,
      findings: production
        .filter(({ images }) => images === 'automatic')
        .map(
          ({ environment }): Finding => ({
            rule: 'image-automatic',
            severity: 'error',
            at: environment,
            message: `'images' is 'automatic', so every new tag of an image runs in production at once`,
            hint: "say 'branch', and let a person merge what Flux proposes",
          }),
        ),
    };
  },
};
