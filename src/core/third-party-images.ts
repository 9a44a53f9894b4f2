/** Every image that Keelson chooses itself, by software and exact version. */
const IMAGES = {
  redis: { '7.2.0': 'redis/redis-stack-server:7.2.0-v14' },
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

export function versionsOf(software: Software): readonly string[] {
  return Object.keys(IMAGES[software]);
}
