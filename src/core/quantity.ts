const BINARY = {
  Ki: 2n ** 10n,
  Mi: 2n ** 20n,
  Gi: 2n ** 30n,
  Ti: 2n ** 40n,
  Pi: 2n ** 50n,
} as const;
const DECIMAL = { '': 1n, k: 10n ** 3n, M: 10n ** 6n, G: 10n ** 9n, T: 10n ** 12n } as const;

/** An amount of memory or disk, in the units that people use for them. */
export type Quantity = `${number}${keyof typeof BINARY}`;

/** An amount of processor: whole cores (`'2'`) or thousandths (`'250m'`). */
export type Cpu = `${number}m` | `${number}`;

/** Bytes, or undefined for what is no quantity of memory or disk: '10', '1.5Gi' and '20GB' are none. */
export function parseQuantity(text: unknown): bigint | undefined {
  const match = typeof text === 'string' ? /^(\d+)([KMGTP]i)$/.exec(text) : null;
  if (!match) return undefined;
  const bytes = BigInt(match[1] ?? '') * BINARY[match[2] as keyof typeof BINARY];
  return bytes > 0n ? bytes : undefined;
}

/** Thousandths of a core, or undefined. */
export function parseCpu(text: unknown): number | undefined {
  const match = typeof text === 'string' ? /^(\d+)(\.\d{1,3})?(m?)$/.exec(text) : null;
  if (!match || (match[2] && match[3])) return undefined;
  const milli = match[3]
    ? Number(match[1])
    : Math.round(Number(`${match[1]}${match[2] ?? ''}`) * 1000);
  return milli > 0 ? milli : undefined;
}

/** Any quantity that Kubernetes accepts, as a number of thousandths: for comparing, not for writing. */
export function parseAnyQuantity(text: unknown): bigint | undefined {
  if (typeof text === 'number')
    return Number.isFinite(text) ? BigInt(Math.round(text * 1000)) : undefined;
  const match =
    typeof text === 'string' ? /^(\d+)(?:\.(\d{1,3}))?(m|[KMGTP]i|[kMGT]?)$/.exec(text) : null;
  if (!match) return undefined;
  const milli = BigInt(match[1] ?? '') * 1000n + BigInt((match[2] ?? '').padEnd(3, '0'));
  const unit = match[3] ?? '';
  if (unit === 'm') return milli / 1000n;
  return (
    milli * ({ ...BINARY, ...DECIMAL }[unit as keyof typeof BINARY | keyof typeof DECIMAL] ?? 1n)
  );
}

/** Smaller than zero when `a` is less than `b`. */
export function compareQuantities(a: Quantity, b: Quantity): number {
  const difference = (parseQuantity(a) ?? 0n) - (parseQuantity(b) ?? 0n);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** The largest unit that gives a whole number. */
export function formatQuantity(bytes: bigint): Quantity {
  const units = Object.entries(BINARY).reverse();
  const [unit, size] = units.find(([, each]) => bytes >= each && bytes % each === 0n) ?? [
    'Ki',
    1024n,
  ];
  return `${(bytes + size - 1n) / size}${unit}` as Quantity;
}
