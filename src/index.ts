export {
  type Access,
  asFiles,
  type Credential,
  type Endpoint,
  type ExternalOptions,
  external,
  type PodGroup,
  type SecretKey,
  soft,
  through,
} from './core/access.ts';
export type { ClusterProps, NetworkProps } from './core/cluster.ts';
export { Connection, connect } from './core/connection.ts';
export type { Edge } from './core/edge.ts';
export type { EnvironmentProps, SharedProps } from './core/environment-props.ts';
export { KeelsonError } from './core/errors.ts';
export { imageOf } from './core/image.ts';
export { late } from './core/late.ts';
export { Layer } from './core/layer.ts';
export type { Peer } from './core/model.ts';
export { NetworkOpening } from './core/opening.ts';
export { needs, type Operator } from './core/operator.ts';
export { type Place, placeOf } from './core/place.ts';
export { definePlatform, type Platform, type PlatformProps } from './core/platform.ts';
export type { Cpu, Quantity } from './core/quantity.ts';
export {
  derived,
  generated,
  human,
  literal,
  madeBy,
  SecretDeclaration,
  type SecretSource,
  sha256Of,
} from './core/secret.ts';
export { Service, type ServiceOptions, type StatefulProps } from './core/service.ts';
export { type Tier, type TierDefaults, tierOf } from './core/tier.ts';
export { CronTask, type CronTaskProps } from './services/cron-task.ts';
export { HAProxy, type HAProxyProps } from './services/haproxy.ts';
export { ManagedPostgres, type ManagedPostgresProps } from './services/managed-postgres.ts';
export { ManagedRedis, type ManagedRedisProps } from './services/managed-redis.ts';
export { Memcached, type MemcachedProps } from './services/memcached.ts';
export { MemcachedAdmin, type MemcachedAdminProps } from './services/memcached-admin.ts';
export { PgAdmin, type PgAdminProps } from './services/pgadmin.ts';
export { PgBouncer, type PgBouncerProps } from './services/pgbouncer.ts';
export { Postgres, type PostgresProps } from './services/postgres.ts';
export { Redis, type RedisProps } from './services/redis.ts';
export { RedisInsight, type RedisInsightProps } from './services/redis-insight.ts';
export { WebApp, type WebAppProps } from './services/web-app.ts';
export { Worker, type WorkerProps } from './services/worker.ts';
