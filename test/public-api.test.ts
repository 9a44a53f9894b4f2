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
      "CronTask",
      "Edge",
      "KeelsonError",
      "Layer",
      "ManagedRedis",
      "Redis",
      "Service",
      "WebApp",
      "Worker",
      "asFiles",
      "connect",
      "definePlatform",
      "external",
      "imageOf",
      "soft",
      "through",
      "type Access",
      "type CronTaskProps",
      "type ManagedRedisProps",
      "type Platform",
      "type PlatformProps",
      "type RedisProps",
      "type WebAppProps",
      "type WorkerProps",
    ]
  `);
});

test('what can be called or constructed is there at run time', async () => {
  const values = Object.entries(await import('../src/index.ts'));
  expect(values.map(([name]) => name).sort()).toMatchInlineSnapshot(`
    [
      "CronTask",
      "KeelsonError",
      "Layer",
      "ManagedRedis",
      "Redis",
      "Service",
      "WebApp",
      "Worker",
      "asFiles",
      "connect",
      "definePlatform",
      "external",
      "imageOf",
      "soft",
      "through",
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
