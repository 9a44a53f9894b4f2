import type { Finding } from '../core/finding.ts';
import { lockFile } from '../core/image-lock.ts';
import type { Model } from '../core/model.ts';
import type { Rule } from './rule.ts';

export const imageUsed: Rule = {
  name: 'image-used',
  about: 'an entry of the image lock that nothing runs',
  check: ({ model }) => {
    const used = new Set(model.images.map(({ name, origin }) => `${origin.environment} ${name}`));
    const { environments, lock } = lockOf(model);
    const file = lockFile(model.platform, model.cluster.name);
    const findings = Object.entries(lock).flatMap(([environment, images]): Finding[] => {
      if (!environments.includes(environment)) {
        const message = `${file} has environment '${environment}', which does not run on this cluster`;
        return [finding(environments.at(-1) ?? '', message)];
      }
      return Object.entries(images)
        .filter(([name, { lines }]) => lines && !used.has(`${environment} ${name}`))
        .map(([name]) =>
          finding(environment, `${file} has '${name}' under '${environment}', and nothing runs it`),
        );
    });
    return { looked: Object.values(lock).flatMap(Object.keys).length, findings };
  },
};

function finding(environment: string, message: string): Finding {
  const hint = 'take it out of the lock: whoever reads it believes that it runs';
  return { rule: 'image-used', severity: 'warning', at: `${environment}/images`, message, hint };
}

/** The cluster's lock, which all of its places know. */
function lockOf({ environments }: Model) {
  return {
    environments: environments.map(({ environment }) => environment),
    lock: environments[0]?.lock ?? {},
  };
}
