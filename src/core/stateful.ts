import type { KubeObject } from './model.ts';

/** Kinds that hold data by themselves, by API group and kind. */
const HOLD_DATA = new Set([
  '/PersistentVolumeClaim',
  'kafka.strimzi.io/Kafka',
  'kafka.strimzi.io/KafkaNodePool',
  'kafka.strimzi.io/KafkaTopic',
  'mongodbcommunity.mongodb.com/MongoDBCommunity',
  'postgresql.cnpg.io/Cluster',
  'postgresql.cnpg.io/Database',
  'elasticsearch.k8s.elastic.co/Elasticsearch',
  'rabbitmq.com/RabbitmqCluster',
]);

/** Whether whoever deletes this object deletes data with it: a StatefulSet leaves its claims behind. */
export function takesDataAlong({ apiVersion, kind }: KubeObject): boolean {
  return HOLD_DATA.has(`${groupOf(apiVersion)}/${kind}`);
}

const groupOf = (apiVersion: string): string =>
  apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';

/** Whether data is lost to the program when this object goes from it. */
export function holdsData({ apiVersion, kind, ...object }: KubeObject): boolean {
  if (HOLD_DATA.has(`${groupOf(apiVersion)}/${kind}`)) return true;
  if (groupOf(apiVersion) !== 'apps' || kind !== 'StatefulSet') return false;
  const claims = (object['spec'] as { volumeClaimTemplates?: unknown } | undefined)
    ?.volumeClaimTemplates;
  return Array.isArray(claims) && claims.length > 0;
}

/** The kinds of files in which data may be held, for looking before parsing. */
export const DATA_FILES = new RegExp(
  `/(statefulset|${[...HOLD_DATA].map((kind) => kind.slice(kind.indexOf('/') + 1).toLowerCase()).join('|')})-[^/]*\\.yaml$`,
);
