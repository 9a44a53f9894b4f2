import type { Finding } from '../core/finding.ts';
import { flawOf } from '../core/third-party-images.ts';
import type { Rule } from './rule.ts';

/** What was asked for is what runs; that it should not is said. */
export const imageFlawed: Rule = {
  name: 'image-flawed',
  about: 'a version with a flaw that a later one mends',
  check: ({ model: { images } }) => ({
    looked: images.length,
    findings: images.flatMap(({ locked, name, origin }): Finding[] => {
      const known = locked ? undefined : flawOf(name);
      if (!known) return [];
      const message = `'${name}' ${known.flaw}`;
      return [
        { rule: 'image-flawed', severity: 'warning', at: origin.path, message, hint: known.hint },
      ];
    }),
  }),
};
