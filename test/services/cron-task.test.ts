import { expect, test } from 'vitest';
import type * as k8s from '#imports/k8s.ts';
import { CronTask, type CronTaskProps } from '../../src/services/cron-task.ts';
import { Redis } from '../../src/services/redis.ts';
import { listed, modelOf, type SynthOptions, specOf, synth } from '../synth.ts';

const everyProp: Required<Omit<CronTaskProps, 'uses'>> = {
  image: 'shop',
  schedule: '30 3 * * MON-FRI',
  timeZone: 'Europe/Berlin',
  whenStillRunning: 'replace',
  timeoutSeconds: 900,
  retries: 0,
  user: 10001,
  command: ['/app/report'],
  args: ['--all'],
  env: { FORMAT: 'pdf' },
  files: { '/etc/report/template.txt': 'Dear {{ name }},\n' },
  resources: { cpu: '500m', memory: '1Gi', cpuLimit: '1' },
  serviceAccountToken: true,
  cloudRole: 'arn:aws:iam::111122223333:role/report',
};

const minimal: CronTaskProps = { image: 'shop', schedule: '0 3 * * *' };

test.each([
  ['defaults', minimal, {}],
  ['defaults-review', minimal, { environment: { tier: 'review' } }],
  ['every-prop', everyProp, {}],
] as const satisfies [string, CronTaskProps, SynthOptions][])(
  'golden: %s',
  async (golden, props, options) => {
    const yaml = synth((scope) => {
      if (props === minimal) return new CronTask(scope, 'report', props);
      const cache = new Redis(scope, 'cache', { memory: '64Mi' });
      return new CronTask(scope, 'report', { ...props, uses: { CACHE: cache.keys('*').read } });
    }, options);
    const own = yaml.split('---\n').filter((text) => !/^ {2}name: cache/m.test(text));
    await expect(own.join('---\n')).toMatchFileSnapshot(`../golden/cron-task/${golden}.yaml`);
  },
);

function report(props: Partial<CronTaskProps> = {}) {
  return modelOf((scope) => new CronTask(scope, 'report', { ...minimal, ...props }));
}

const cronOf = (props?: Partial<CronTaskProps>): k8s.CronJobSpec =>
  specOf<k8s.CronJobSpec>(report(props), 'CronJob', 'report');

test('it is a CronJob and a ServiceAccount', () => {
  expect(listed(report())).toEqual(['apps: CronJob report', 'apps: ServiceAccount report']);
});

test('a run that is still going makes the next one wait, unless told otherwise', () => {
  const policies = (['skip', 'replace', 'overlap'] as const).map(
    (whenStillRunning) => cronOf({ whenStillRunning }).concurrencyPolicy,
  );
  expect(cronOf().concurrencyPolicy).toBe('Forbid');
  expect(policies).toEqual(['Forbid', 'Replace', 'Allow']);
});

test('a run ends, and one that fails is tried again', () => {
  expect(cronOf().jobTemplate.spec).toMatchObject({ activeDeadlineSeconds: 3600, backoffLimit: 2 });
});

test('a day of missed runs does not stop the schedule for good', () => {
  expect(cronOf().startingDeadlineSeconds).toBe(300);
});

test('the schedule has a time zone: the controller runs in one that nobody chose', () => {
  expect(cronOf().timeZone).toBe('Etc/UTC');
  expect(cronOf({ timeZone: 'America/Argentina/Buenos_Aires' }).timeZone).toMatch(/Buenos_Aires/);
});

test.each([
  '* * * * *',
  '*/5 0-6,22-23 * * *',
  '0 0 1 JAN,jul *',
  '15 4 31 12 0',
  '0 9-17/2 * * MON-FRI',
])('runs at %s', (schedule) => {
  expect(cronOf({ schedule }).schedule).toBe(schedule);
});

test.each([
  ['', 'five fields'],
  ['0 3 * *', 'five fields'],
  ['@daily', 'five fields'],
  ['0 0 3 * * *', 'five fields'],
  ['TZ=UTC 0 3 * * *', 'five fields'],
  ['60 3 * * *', 'a minute that is one'],
  ['0 24 * * *', 'a hour that is one'],
  ['0 3 0 * *', 'a day of the month that is one'],
  ['0 3 * 13 *', 'a month that is one'],
  ['0 3 * * 7', 'a day of the week that is one'],
  ['*/0 3 * * *', 'a minute that is one'],
  ['9-5 3 * * *', 'a minute that is one'],
  ['1,,2 3 * * *', 'a minute that is one'],
  ['0 3 * * MOON', 'a day of the week that is one'],
])('fails with the schedule %j', (schedule, what) => {
  expect(() => report({ schedule })).toThrow(
    `prod/apps/report: 'schedule' must have ${what}, got ${JSON.stringify(schedule)}`,
  );
});

test.each([
  [
    { timeZone: 'Europe/Atlantis' },
    `'timeZone' must be a name from the time zone database, got "Europe/Atlantis"`,
  ],
  [{ timeZone: '' }, `'timeZone' must be a name from the time zone database, got ""`],
  [{ timeZone: '+01:00' }, `'timeZone' must be a name from the time zone database, got "+01:00"`],
  [{ retries: -1 }, "'retries' must be a whole number, 0 or more, got -1"],
  [{ timeoutSeconds: 0 }, "'timeoutSeconds' must be a whole number of seconds, 1 or more, got 0"],
  [{ user: 0 }, "'user' must be a whole number, 1 or more, got 0"],
])('fails with %j', (props, message) => {
  expect(() => report(props)).toThrow(`prod/apps/report: ${message}`);
});
