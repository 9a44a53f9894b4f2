/** How long, as people and Flux write it: `'30s'`, `'10m'`, `'1h'`. */
export type Duration = `${number}${'s' | 'm' | 'h' | 'd'}`;

const SECONDS = { s: 1, m: 60, h: 3600, d: 86_400 } as const;

/** Seconds, or undefined for what is no duration. */
export function parseDuration(text: unknown): number | undefined {
  const match = typeof text === 'string' ? /^(\d+)([smhd])$/.exec(text) : null;
  if (!match) return undefined;
  return Number(match[1]) * SECONDS[match[2] as keyof typeof SECONDS];
}

/** The largest unit that gives a whole number. */
export function formatDuration(seconds: number): Duration {
  const units = Object.entries(SECONDS).reverse();
  const [unit, size] = units.find(([, each]) => seconds >= each && seconds % each === 0) ?? [
    's',
    1,
  ];
  return `${seconds / size}${unit}` as Duration;
}
