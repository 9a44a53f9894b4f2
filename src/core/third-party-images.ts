/** Every image that Keelson chooses itself, by software and exact version. */
const IMAGES = {
  redis: { '7.2.0': 'redis/redis-stack-server:7.2.0-v14' },
  rclone: { '1.68.2': 'rclone/rclone:1.68.2' },
  redisinsight: { '1.14.0': 'redislabs/redisinsight:1.14.0' },
  'redis-exporter': { '1.58.0': 'oliver006/redis_exporter:v1.58.0-alpine' },
  memcached: { '1.6.23': 'memcached:1.6.23-alpine' },
  postgres: {
    '18.4': 'ghcr.io/cloudnative-pg/postgresql:18.4-system-trixie',
    '16.1': 'ghcr.io/cloudnative-pg/postgresql:16.1',
  },
  pgbouncer: {
    '1.25.1': 'ghcr.io/cloudnative-pg/pgbouncer:1.25.1',
    '1.22.0': 'ghcr.io/cloudnative-pg/pgbouncer:1.22.0',
  },
  // Flux's own: Kubernetes' image of kubectl has no shell.
  kubectl: { '1.36.1': 'ghcr.io/fluxcd/flux-cli:v2.9.5' },
  pgadmin: { '8.14': 'dpage/pgadmin4:8.14' },
  haproxy: { '3.0.26': 'haproxy:3.0.26-alpine' },
  'memcached-exporter': { '0.14.2': 'quay.io/prometheus/memcached-exporter:v0.14.2' },
} as const;

export type Software = keyof typeof IMAGES;

/** The versions of a program that Keelson knows a good image for. */
export type VersionOf<S extends Software> = keyof (typeof IMAGES)[S] & string;

export function thirdPartyImage<S extends Software>(
  software: S,
  version: VersionOf<S>,
): string | undefined {
  const versions: Readonly<Record<string, string>> = IMAGES[software];
  return versions[version];
}

/** Whether Keelson chose this image, by version and without a digest. */
export function isThirdParty(reference: string): boolean {
  return Object.values(IMAGES).some((versions) =>
    Object.values<string>(versions).includes(reference),
  );
}

export function versionsOf(software: Software): readonly string[] {
  return Object.keys(IMAGES[software]);
}

export interface Flaw {
  /** What is known of it: "is years behind its fixes". */
  readonly flaw: string;
  readonly hint: string;
}

/** Versions that somebody may have to run, and nobody should choose. */
const FLAWS: Readonly<Record<string, Flaw>> = {
  [IMAGES.postgres['16.1']]: {
    flaw: 'is the first repair of PostgreSQL 16, and lacks the fixes of all later ones',
    hint: "a later 16 needs no upgrade of the data: lock this name to its tag, or say another 'version'",
  },
  [IMAGES.pgbouncer['1.22.0']]: {
    flaw: 'lets a client pass for another one: CVE-2026-107350, mended in 1.26.1',
    hint: 'lock this name to the tag of 1.26.1 or later',
  },
  [IMAGES.pgbouncer['1.25.1']]: {
    flaw: 'lets a client pass for another one: CVE-2026-107350, mended in 1.26.1',
    hint: 'lock this name to the tag of 1.26.1 or later',
  },
};

/** What is known against an image that Keelson has by this very name. */
export function flawOf(reference: string): Flaw | undefined {
  return Object.hasOwn(FLAWS, reference) ? FLAWS[reference] : undefined;
}
