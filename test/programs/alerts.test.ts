import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { toYaml } from '../../src/output/yaml.ts';
import { Redis } from '../../src/services/redis.ts';
import { modelOf, specOf } from '../synth.ts';
import { describeWith } from './debian.ts';
import { temporaryFolder } from './loopback.ts';

const JOB = 'job="test-prod/cache"';
const CRON = (part: string) => `namespace="test-prod",cronjob="cache-${part}"`;
const THREE_HOURS = 3 * 60 * 60;

/** promtool plays the series of a case, and says which alerts are firing at the end of it. */
describeWith(['promtool'], 'alerts of a Redis', () => {
  const model = modelOf((scope) => new Redis(scope, 'cache', { memory: '64Mi' }), {
    environment: { metrics: 'prometheus', backups: { bucket: 's3://shop-backups' } },
  });

  const healthy: Readonly<Record<string, string>> = {
    [`redis_up{${JOB},pod="cache-0"}`]: '1x240',
    [`redis_instance_info{${JOB},pod="cache-0",role="master"}`]: '1x240',
    [`redis_master_link_up{${JOB},pod="cache-1"}`]: '1x240',
    [`redis_connected_slaves{${JOB},pod="cache-0"}`]: '2x240',
    [`redis_memory_used_bytes{${JOB},pod="cache-0"}`]: '50x240',
    [`redis_memory_max_bytes{${JOB},pod="cache-0"}`]: '100x240',
    [`kube_cronjob_created{${CRON('backup')}}`]: '0x240',
    [`kube_cronjob_created{${CRON('drill')}}`]: '0x240',
    [`kube_cronjob_status_last_successful_time{${CRON('backup')}}`]: `${THREE_HOURS}x240`,
  };

  test.each([
    [undefined, 'all is well', {}],
    ['RedisIsDown', 'no server answers', { [`redis_up{${JOB},pod="cache-0"}`]: '0x240' }],
    [
      'RedisIsNearlyFull',
      'the data fill 95 of 100',
      { [`redis_memory_used_bytes{${JOB},pod="cache-0"}`]: '95x240' },
    ],
    [
      'RedisHasNoMaster',
      'nobody leads',
      { [`redis_instance_info{${JOB},pod="cache-0",role="master"}`]: '_x240' },
    ],
    [
      'RedisHasNoMaster',
      'two lead',
      { [`redis_instance_info{${JOB},pod="cache-1",role="master"}`]: '1x240' },
    ],
    [
      'RedisReplicaIsBehind',
      'a replica lost its master',
      { [`redis_master_link_up{${JOB},pod="cache-1"}`]: '0x240' },
    ],
    [
      'RedisLacksReplicas',
      'one replica is gone',
      { [`redis_connected_slaves{${JOB},pod="cache-0"}`]: '1x240' },
    ],
    [
      'BackupIsOld',
      'no backup was ever finished',
      { [`kube_cronjob_status_last_successful_time{${CRON('backup')}}`]: '_x240' },
    ],
    [
      'BackupIsOld',
      'the job is gone',
      {
        [`kube_cronjob_created{${CRON('backup')}}`]: '_x240',
        [`kube_cronjob_status_last_successful_time{${CRON('backup')}}`]: '_x240',
      },
    ],
    [
      'RestoreDrillFails',
      'the drill is gone',
      { [`kube_cronjob_created{${CRON('drill')}}`]: '_x240' },
    ],
  ] as [string | undefined, string, Record<string, string>][])('%s: %s', (alert, _what, faults) => {
    const folder = temporaryFolder();
    const rules = ['cache', 'cache-backup'].map((name) => {
      const file = `${name}.yaml`;
      const spec = specOf<{ groups: { rules: { alert: string }[] }[] }>(
        model,
        'PrometheusRule',
        name,
      );
      writeFileSync(join(folder, file), toYaml(spec as never));
      return {
        file,
        alerts: spec.groups.flatMap((group) => group.rules.map((rule) => rule.alert)),
      };
    });
    const series = Object.entries({ ...healthy, ...faults });
    const known = rules.flatMap(({ alerts }) => alerts);
    const firing = known.filter((name) =>
      fires(
        folder,
        rules.map(({ file }) => file),
        series,
        name,
      ),
    );
    expect(firing).toEqual(alert === undefined ? [] : [alert]);
  });

  /** The test that says "nothing fires" fails exactly when something does. */
  function fires(
    folder: string,
    files: string[],
    series: [string, string][],
    name: string,
  ): boolean {
    const text = `rule_files: [${files.join(', ')}]
evaluation_interval: 1m
tests:
- interval: 1m
  input_series:
${series.map(([key, values]) => `  - { series: '${key}', values: '${values}' }`).join('\n')}
  alert_rule_test:
  - { eval_time: 239m, alertname: ${name}, exp_alerts: [] }
`;
    writeFileSync(join(folder, 'test.yaml'), text);
    const { status, stdout, stderr } = spawnSync('promtool', ['test', 'rules', 'test.yaml'], {
      cwd: folder,
      encoding: 'utf8',
    });
    if (
      status !== 0 &&
      !/got:\[\s*[^\]]*alertname/.test(`${stdout}${stderr}`.replaceAll('\n', ' '))
    ) {
      throw new Error(`${stdout}${stderr}`);
    }
    return status !== 0;
  }
});
