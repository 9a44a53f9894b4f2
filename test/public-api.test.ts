import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

test('the public exports are these and no others', () => {
  const names = [...readFileSync('src/index.ts', 'utf8').matchAll(/\{([^}]*)\}/g)].flatMap(
    ([, list = '']) =>
      list
        .split(',')
        .map((name) => name.trim())
        .filter((name) => name !== ''),
  );
  expect(names.sort()).toMatchInlineSnapshot(`
    [
      "ClusterProps",
      "Connection",
      "Cpu",
      "CronTask",
      "Edge",
      "EnvironmentProps",
      "HAProxy",
      "KeelsonError",
      "Layer",
      "ManagedPostgres",
      "ManagedRedis",
      "Memcached",
      "MemcachedAdmin",
      "NetworkOpening",
      "NetworkProps",
      "Peer",
      "PgAdmin",
      "PgBouncer",
      "Postgres",
      "Quantity",
      "Redis",
      "RedisInsight",
      "SecretDeclaration",
      "Service",
      "SharedProps",
      "WebApp",
      "Worker",
      "asFiles",
      "connect",
      "definePlatform",
      "derived",
      "external",
      "generated",
      "human",
      "imageOf",
      "late",
      "literal",
      "madeBy",
      "needs",
      "placeOf",
      "sha256Of",
      "soft",
      "through",
      "tierOf",
      "type Access",
      "type Credential",
      "type CronTaskProps",
      "type Endpoint",
      "type ExternalOptions",
      "type HAProxyProps",
      "type ManagedPostgresProps",
      "type ManagedRedisProps",
      "type MemcachedAdminProps",
      "type MemcachedProps",
      "type Operator",
      "type PgAdminProps",
      "type PgBouncerProps",
      "type Place",
      "type Platform",
      "type PlatformProps",
      "type PodGroup",
      "type PostgresProps",
      "type RedisInsightProps",
      "type RedisProps",
      "type SecretKey",
      "type SecretSource",
      "type ServiceOptions",
      "type StatefulProps",
      "type Tier",
      "type TierDefaults",
      "type WebAppProps",
      "type WorkerProps",
    ]
  `);
});

test('what can be called or constructed is there at run time', async () => {
  const values = Object.entries(await import('../src/index.ts'));
  expect(values.map(([name]) => name).sort()).toMatchInlineSnapshot(`
    [
      "Connection",
      "CronTask",
      "HAProxy",
      "KeelsonError",
      "Layer",
      "ManagedPostgres",
      "ManagedRedis",
      "Memcached",
      "MemcachedAdmin",
      "NetworkOpening",
      "PgAdmin",
      "PgBouncer",
      "Postgres",
      "Redis",
      "RedisInsight",
      "SecretDeclaration",
      "Service",
      "WebApp",
      "Worker",
      "asFiles",
      "connect",
      "definePlatform",
      "derived",
      "external",
      "generated",
      "human",
      "imageOf",
      "late",
      "literal",
      "madeBy",
      "needs",
      "placeOf",
      "sha256Of",
      "soft",
      "through",
      "tierOf",
    ]
  `);
  for (const [name, value] of values) expect(typeof value, name).toBe('function');
});

test('the index re-exports by name and does nothing else', () => {
  const lines = readFileSync('src/index.ts', 'utf8')
    .replaceAll(/\{[^}]*\}/g, '{}')
    .trim()
    .split('\n');
  for (const line of lines) expect(line).toMatch(/^export (type )?\{\} from '\.\/[a-z/-]+\.ts';$/);
});
