import { expect, test } from 'vitest';
import type * as k8s from '#imports/k8s.ts';
import type { ClusterSpec } from '#imports/postgresql.cnpg.io.ts';
import type { KubeObject, Model } from '../../src/core/model.ts';
import { Postgres, type PostgresProps } from '../../src/services/postgres.ts';
import { Worker } from '../../src/services/worker.ts';
import { complaints } from '../core/schema-judge.ts';
import { listed, modelOf, objectOf, type SynthOptions, specOf } from '../synth.ts';

const BACKUPS = { bucket: 's3://backups/prod' } as const;
type Environment = NonNullable<SynthOptions['environment']>;

function database(props: Partial<PostgresProps<'shop'>> = {}, environment: Environment = {}) {
  const options = { environment: { metrics: 'prometheus', backups: BACKUPS, ...environment } };
  return modelOf(
    (scope) => new Postgres(scope, 'db', { databases: ['shop'], ...props }),
    options as SynthOptions,
  );
}

const cronJobs = (model: Model) => listed(model).filter((line) => line.includes('CronJob'));

const manifestOf = (model: Model): KubeObject => {
  const files = objectOf(model, 'ConfigMap', 'db-drill-config')['data'] as Record<string, string>;
  return JSON.parse(files['cluster.json'] ?? '') as KubeObject;
};
const scratchOf = (model: Model) => manifestOf(model)['spec'] as ClusterSpec;

test.each(['production', 'preproduction'] as const)(
  'in %s a drill is held every week, and somebody is told when none works',
  (tier) => {
    const model = database({}, { tier });
    expect(specOf<k8s.CronJobSpec>(model, 'CronJob', 'db-drill')).toMatchObject({
      schedule: '47 4 * * 0',
      timeZone: 'Etc/UTC',
    });
    const { groups } = specOf<{ groups: { rules: { alert: string; expr: string }[] }[] }>(
      model,
      'PrometheusRule',
      'db-backup',
    );
    expect(groups[0]?.rules.map(({ alert }) => alert)).toEqual(['RestoreDrillFails']);
    expect(groups[0]?.rules[0]?.expr).toContain('cronjob="db-drill"');
    expect(groups[0]?.rules[0]?.expr).toContain('> 180 * 3600');
  },
);

test('nothing is restored on trial where nothing is saved, or where nobody wants it', () => {
  expect(cronJobs(database({ backup: { restoreDrill: false } }))).toEqual([]);
  expect(cronJobs(database({ backup: false }))).toEqual([]);
  expect(cronJobs(database({}, { tier: 'review' }))).toEqual([]);
  const model = modelOf((scope) => new Postgres(scope, 'db', { databases: ['shop'] }));
  expect(cronJobs(model)).toEqual([]);
});

test('without a drill its alert goes, and the backup stays', () => {
  const model = database({ backup: { restoreDrill: false } });
  expect(listed(model).filter((line) => /PrometheusRule|ScheduledBackup/.test(line))).toEqual([
    'apps: PrometheusRule db',
    'apps: ScheduledBackup db',
  ]);
  expect(model.services[0]?.backup).toBe('scheduled');
});

test('the scratch cluster follows what the original archives, and archives nothing', () => {
  const scratch = scratchOf(database());
  expect(scratch).toMatchObject({
    instances: 1,
    bootstrap: { recovery: { source: 'saved' } },
    replica: { enabled: true, source: 'saved' },
    externalClusters: [
      {
        name: 'saved',
        plugin: {
          name: 'barman-cloud.cloudnative-pg.io',
          parameters: { barmanObjectName: 'db-backups', serverName: 'db' },
        },
      },
    ],
  });
  expect(scratch.plugins).toBeUndefined();
});

test('it has the room and the connections of the original, or it would not start', () => {
  const model = database({ storage: '70Gi', maxConnections: 300 });
  const original = specOf<ClusterSpec>(model, 'Cluster', 'db');
  const scratch = scratchOf(model);
  expect(scratch.storage).toEqual(original.storage);
  expect(scratch.walStorage).toEqual(original.walStorage);
  expect(scratch.postgresql?.parameters?.['max_connections']).toBe('300');
});

test('it is what the API server takes, and nobody comes in by the network', () => {
  const manifest = manifestOf(database());
  expect(complaints(manifest, '1.34')).toEqual([]);
  expect(scratchOf(database()).postgresql?.pg_hba).toEqual(['host all all all reject']);
});

test('its image is a value of its own, where Flux can move it', () => {
  const model = database();
  const { jobTemplate } = specOf<k8s.CronJobSpec>(model, 'CronJob', 'db-drill');
  const env = jobTemplate.spec?.template.spec?.containers[0]?.env;
  const value = specOf<ClusterSpec>(model, 'Cluster', 'db').imageName;
  expect(env).toContainEqual({ name: 'SCRATCH_IMAGE', value });
  expect(scratchOf(model).imageName).toBe('@image@');
});

test('the drill may touch the scratch cluster and look into its pod, and nothing else', () => {
  const { rules } = objectOf(database(), 'Role', 'db-drill') as unknown as k8s.Role & {
    rules: k8s.PolicyRule[];
  };
  expect(rules.map(({ resourceNames, resources }) => [resources?.[0], resourceNames])).toEqual([
    ['clusters', ['db-scratch']],
    ['pods', ['db-scratch-1']],
    ['pods/exec', ['db-scratch-1']],
  ]);
});

test('its pods reach bucket and API server, with the role that the bucket asks for', () => {
  const cloudRole = 'arn:aws:iam::111122223333:role/backups';
  const model = database({}, { backups: { ...BACKUPS, cloudRole } });
  expect(scratchOf(model).serviceAccountTemplate?.metadata.annotations).toEqual({
    'eks.amazonaws.com/role-arn': cloudRole,
  });
  const names = listed(model).filter((line) => /NetworkPolicy db-(drill|scratch)/.test(line));
  expect(names).toEqual([
    'apps: NetworkPolicy db-drill-reaches-kube-api',
    'apps: NetworkPolicy db-scratch-admits-operator',
    'apps: NetworkPolicy db-scratch-external-backups',
    'apps: NetworkPolicy db-scratch-reaches-cloud-login',
    'apps: NetworkPolicy db-scratch-reaches-kube-api',
  ]);
});

test('fails when something else has the name of the scratch cluster: the drill would delete it', () => {
  const build = () =>
    modelOf(
      (scope) => {
        new Postgres(scope, 'db', { databases: ['shop'] });
        new Worker(scope, 'db-scratch', { image: 'shop' });
      },
      { environment: { backups: BACKUPS } },
    );
  expect(build).toThrow("service 'db-scratch' has the name of 'prod/apps/db");
});

test.each([
  [{ schedule: '0 47 4 * * 0' }, `'schedule' must have five fields, got "0 47 4 * * 0"`],
  [
    { maxAgeHours: 0 },
    "'backup.restoreDrill.maxAgeHours' must be a whole number, 1 or more, got 0",
  ],
])('fails with the drill %j', (restoreDrill, message) => {
  expect(() => database({ backup: { restoreDrill } })).toThrow(`prod/apps/db: ${message}`);
});
