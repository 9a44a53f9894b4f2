import type { Finding } from '../core/finding.ts';
import type { Rule } from './rule.ts';

export const backupRequired: Rule = {
  name: 'backup-required',
  about: 'a service in production whose data nobody saves, and nobody said may be lost',
  check: ({ model: { environments, services } }) => {
    const production = environments
      .filter(({ tier }) => tier === 'production')
      .map(({ environment }) => environment);
    const holding = services.filter(
      ({ origin, stateful }) => stateful && production.includes(origin.environment),
    );
    return {
      looked: holding.length,
      findings: holding
        .filter(({ backup, retire }) => backup === undefined && !retire)
        .map(
          ({ kind, origin }): Finding => ({
            rule: 'backup-required',
            severity: 'warning',
            at: origin.path,
            message: `${kind} '${origin.service}' holds data of production and has no backup`,
            hint: "give the environment a bucket under 'backups'; for data that may be lost say backup: false",
          }),
        ),
    };
  },
};
