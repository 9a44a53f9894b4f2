import { KeelsonError } from '../../core/errors.ts';
import { suggest } from '../../core/names.ts';
import { parseQuantity, type Quantity } from '../../core/quantity.ts';
import type { Service } from '../../core/service.ts';

export interface ConfigOptions {
  readonly memory: Quantity;
  readonly whenFull: string;
  readonly modules: readonly RedisModule[];
  readonly replicated: boolean;
}

/** The modules of Redis Stack, in the order in which it loads them itself. */
const LIBRARIES = {
  search: 'redisearch',
  'time-series': 'redistimeseries',
  json: 'rejson',
  bloom: 'redisbloom',
} as const;

export type RedisModule = keyof typeof LIBRARIES;

export const MODULES = Object.keys(LIBRARIES) as readonly RedisModule[];

/** The files to load for some modules. */
export function librariesOf(modules: readonly RedisModule[]): readonly string[] {
  const asked = MODULES.filter((each) => modules.includes(each)).map((each) => LIBRARIES[each]);
  const names = asked.length > 0 ? ['rediscompat', ...asked] : [];
  return names.map((name) => `/opt/redis-stack/lib/${name}.so`);
}

/** What the server reads; scripts add what differs from pod to pod. */
export function configOf({ memory, modules, replicated, whenFull }: ConfigOptions): string {
  const most = ((parseQuantity(memory) ?? 0n) * 70n) / 100n / 1024n;
  return [
    'dir /data',
    'aclfile /run/redis/users.acl',
    'appendonly yes',
    'save 3600 1 300 100 60 10000',
    `maxmemory ${most}kb`,
    `maxmemory-policy ${whenFull}`,
    ...(replicated ? ['min-replicas-to-write 1', 'min-replicas-max-lag 10'] : []),
    ...librariesOf(modules).map((file) => `loadmodule ${file}`),
    '',
  ].join('\n');
}

export function requireModules(redis: Service, modules: unknown): void {
  const given: readonly unknown[] = Array.isArray(modules) ? modules : [modules];
  const at = given.findIndex((each) => !MODULES.includes(each as RedisModule));
  if (at < 0) return;
  const unknown = given[at];
  throw new KeelsonError(redis, 'redis/unknown-module', {
    message: `'modules' names ${JSON.stringify(unknown) ?? 'undefined'}, which Redis Stack has not`,
    hint: suggest('modules', String(unknown), MODULES),
  });
}
