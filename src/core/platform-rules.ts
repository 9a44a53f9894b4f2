import { requireBackupStore } from './backup-store.ts';
import { type ClusterProps, PROVIDERS } from './cluster.ts';
import { type EnvironmentProps, SWITCHES } from './environment-props.ts';
import { KeelsonError } from './errors.ts';
import { isMirror } from './image-reference.ts';
import { isDnsLabel, isDnsSubdomain, suggest } from './names.ts';
import { FLUX, SHARED } from './place.ts';
import type { PlatformProps } from './platform.ts';
import { KUBERNETES_VERSIONS } from './schema.ts';
import { requireSecretBackend } from './secret-backend.ts';
import { TIERS } from './tier.ts';

type AnyPlatform = PlatformProps<Record<string, ClusterProps>, Record<string, unknown>, unknown>;

const PLATFORM_KEYS = ['name', 'clusters', 'environments', 'composeCluster', 'compose'];
const CLUSTER_KEYS = [
  'provider',
  'kubernetes',
  'region',
  'zones',
  'git',
  'operators',
  'network',
  'registryMirror',
  'shared',
];
const ENVIRONMENT_KEYS = [
  'cluster',
  'tier',
  'domain',
  'settings',
  'secrets',
  'rotated',
  'tags',
  'backups',
  'registryMirror',
  'waive',
  ...Object.keys(SWITCHES),
];

/** Says from JavaScript what the types say from TypeScript. */
export function requireDefinition(props: AnyPlatform): void {
  if (typeof props !== 'object' || props === null)
    refuse('platform', 'definePlatform', props, ['given an object']);
  const at = `platform '${props.name}'`;
  requireName(at, 'platform', props.name);
  requireKeys(at, props, PLATFORM_KEYS);
  for (const key of ['clusters', 'environments'] as const) {
    if (typeof props[key] === 'object' && props[key] && Object.keys(props[key]).length > 0)
      continue;
    throw new KeelsonError(at, 'platform/empty', {
      message: `'${key}' has no entry`,
      hint: 'a platform needs at least one cluster and one environment on it',
    });
  }
  if (typeof props.compose !== 'function') refuse(at, 'compose', props.compose, ['a function']);
  for (const [name, cluster] of Object.entries(props.clusters)) requireCluster(at, name, cluster);
  for (const [name, each] of Object.entries(props.environments)) {
    requireEnvironment(at, name, each as EnvironmentProps<string, unknown>, props);
  }
}

function requireCluster(platform: string, name: string, cluster: ClusterProps): void {
  const at = `${platform}, cluster '${name}'`;
  requireName(at, 'cluster', name);
  requireKeys(at, cluster, CLUSTER_KEYS);
  requireOneOf(at, 'provider', cluster.provider, PROVIDERS);
  requireOneOf(at, 'kubernetes', cluster.kubernetes, KUBERNETES_VERSIONS);
  requireOneOf(at, 'operators', cluster.operators ?? 'install', ['install', 'present']);
  requireSecretBackend(at, cluster.shared?.secrets);
  requireMirror(at, cluster.registryMirror);
  requireMirror(at, cluster.shared?.registryMirror);
  requireBackupStore(at, cluster.shared?.backups);
  requireReasons(at, cluster.shared?.waive);
  requireDays(at, cluster.shared?.rotated);
  requireTags(at, cluster.shared?.tags);
}

function requireMirror(at: string, given: unknown): void {
  if (given === undefined || isMirror(given)) return;
  throw new KeelsonError(at, 'platform/bad-mirror', {
    message: `'registryMirror' must be a registry and perhaps a path, got ${JSON.stringify(given)}`,
    hint: "such as 'harbor.example.com' or 'registry.example.com/mirror': no scheme, no slash at the end",
  });
}

function requireReasons(at: string, given: unknown = {}): void {
  if (typeof given !== 'object' || given === null) refuse(at, 'waive', given, ['an object']);
  for (const [rule, reason] of Object.entries(given)) {
    if (typeof reason === 'string' && reason.trim() !== '') continue;
    throw new KeelsonError(at, 'platform/no-reason', {
      message: `'waive' gives no reason for '${rule}', got ${JSON.stringify(reason)}`,
      hint: 'say why the rule may be broken here, for whoever reads the findings',
    });
  }
}

/** Flux takes Go's patterns, in which a group is named as in Python. */
function requireTags(at: string, given: unknown): void {
  if (given === undefined) return;
  const [key, value, ...more] = Object.entries(given ?? {}).flat();
  const isText = typeof value === 'string' && value.trim() !== '';
  if (more.length === 0 && isText) {
    if (key === 'semver') return;
    if (key === 'timestamp' && value.includes('(?P<time>')) return;
  }
  throw new KeelsonError(at, 'platform/bad-tags', {
    message: `'tags' must be a 'semver' range, or a 'timestamp' pattern with a group 'time', got ${JSON.stringify(given)}`,
    hint: "such as { semver: '>=1.0.0' } or { timestamp: '^main-(?P<time>[0-9]+)$' }",
  });
}

function requireDays(at: string, given: unknown = {}): void {
  if (typeof given !== 'object' || given === null) refuse(at, 'rotated', given, ['an object']);
  for (const [secret, day] of Object.entries(given)) {
    if (typeof day === 'string' && isDay(day)) continue;
    throw new KeelsonError(at, 'platform/bad-day', {
      message: `'rotated' says of '${secret}' ${JSON.stringify(day)}, which is no day`,
      hint: "such as '2026-11-21', or '2026-11-21T16:30Z' for the second change of a day",
    });
  }
}

/** As ISO 8601 writes it, to the minute where a day is too long; the 30th of February is none. */
function isDay(text: string): boolean {
  const [, day, minute = 'T00:00'] = /^(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2})?Z?$/.exec(text) ?? [];
  const time = new Date(`${day}${minute}:00Z`);
  return !Number.isNaN(time.getTime()) && time.toISOString().startsWith(`${day}${minute}`);
}

function requireEnvironment(
  platform: string,
  name: string,
  each: EnvironmentProps<string, unknown>,
  props: AnyPlatform,
): void {
  const at = `${platform}, environment '${name}'`;
  requireName(at, 'environment', name);
  if (name === SHARED || name === FLUX) {
    throw new KeelsonError(at, 'platform/reserved-name', {
      message: `'${name}' is the name of what belongs to the cluster itself`,
      hint: 'choose another name; what all environments share is built in composeCluster',
    });
  }
  requireKeys(at, each, ENVIRONMENT_KEYS);
  requireOneOf(at, 'tier', each.tier, TIERS);
  for (const [key, allowed] of Object.entries(SWITCHES)) {
    const given = each[key as keyof typeof SWITCHES];
    if (given !== undefined) requireOneOf(at, key, given, allowed);
  }
  requireSecretBackend(at, each.secrets);
  requireMirror(at, each.registryMirror);
  requireBackupStore(at, each.backups);
  requireReasons(at, each.waive);
  requireDays(at, each.rotated);
  requireTags(at, each.tags);
  const on = [each.cluster].flat();
  if (on.length === 0) refuse(at, 'cluster', each.cluster, ['a cluster or several']);
  for (const cluster of on) {
    if (Object.hasOwn(props.clusters, cluster)) continue;
    throw new KeelsonError(at, 'platform/unknown-cluster', {
      message: `'cluster' names '${cluster}', which is not defined`,
      hint: suggest('clusters', String(cluster), Object.keys(props.clusters)),
    });
  }
  if (!isDnsSubdomain(each.domain))
    refuse(at, 'domain', each.domain, ['a host name in lower case']);
}

/** A namespace is `<platform>-<environment>`, of at most 63 letters; a service's name must fit behind. */
function requireName(at: string, what: string, name: unknown): void {
  if (isDnsLabel(name, 30)) return;
  throw new KeelsonError(at, 'platform/bad-name', {
    message: `the ${what}'s name '${String(name)}' must be a DNS label (a-z, 0-9, '-') of at most 30 letters`,
    hint: 'it becomes part of namespaces, folders and labels',
  });
}

function requireKeys(at: string, given: object, known: readonly string[]): void {
  if (typeof given !== 'object' || given === null) refuse(at, 'the entry', given, ['an object']);
  for (const key of Object.keys(given)) {
    if (known.includes(key)) continue;
    throw new KeelsonError(at, 'platform/unknown-key', {
      message: `'${key}' is not a key that Keelson knows`,
      hint: `${suggest('keys', key, known)}; values of your own belong under an environment's 'settings'`,
    });
  }
}

function requireOneOf(at: string, key: string, given: unknown, allowed: readonly string[]): void {
  if (!allowed.includes(given as string)) refuse(at, key, given, allowed);
}

function refuse(at: string, key: string, given: unknown, allowed: readonly string[]): never {
  throw new KeelsonError(at, 'platform/bad-value', {
    message: `'${key}' must be ${allowed.join(', ')}, got ${JSON.stringify(given) ?? 'undefined'}`,
    hint: 'correct it in definePlatform',
  });
}
