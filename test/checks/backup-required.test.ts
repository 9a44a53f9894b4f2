import { expect, test } from 'vitest';
import { backupRequired } from '../../src/checks/backup-required.ts';
import { Redis, type RedisProps } from '../../src/services/redis.ts';
import { modelOf, type SynthOptions, schemas } from '../synth.ts';

function findings(environment: SynthOptions['environment'], props: Partial<RedisProps> = {}) {
  const build = (scope: Parameters<Parameters<typeof modelOf>[0]>[0]) =>
    void new Redis(scope, 'cache', { memory: '64Mi', ...props });
  const model = modelOf(build, { environment: environment ?? {} });
  return backupRequired.check({ model, schemas, fileOf: () => '' }).findings;
}

test('data of production without a backup is told, and how to end that', () => {
  expect(findings({})).toEqual([
    {
      rule: 'backup-required',
      severity: 'warning',
      at: 'prod/apps/cache',
      message: "Redis 'cache' holds data of production and has no backup",
      hint: "give the environment a bucket under 'backups'; for data that may be lost say backup: false",
    },
  ]);
});

test('it has nothing to say of what is saved, may be lost, or goes', () => {
  expect(findings({ backups: { bucket: 's3://shop-backups' } })).toEqual([]);
  expect(findings({}, { backup: false })).toEqual([]);
  expect(findings({}, { retire: true })).toEqual([]);
  expect(findings({ tier: 'preproduction' })).toEqual([]);
});
