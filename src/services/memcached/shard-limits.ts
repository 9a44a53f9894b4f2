import { KeelsonError } from '../../core/errors.ts';
import { parseQuantity, type Quantity } from '../../core/quantity.ts';
import type { Service } from '../../core/service.ts';
import { requireQuantity } from '../../workload/resources.ts';
import { requireCount } from '../../workload/whole-number.ts';

export interface ShardLimits {
  /**
   * The most connections to one shard at a time.
   * @default 4096
   */
  readonly connections?: number;

  /**
   * The largest item that is kept.
   * @default '2Mi'
   */
  readonly largestItem?: Quantity;

  /**
   * How many threads serve requests.
   * @default 4
   */
  readonly threads?: number;
}

const MEGABYTE = 1024n * 1024n;

/** Items get 80 % of the memory: connections and the program itself need the rest. */
export function argumentsOf(
  memcached: Service,
  limits: ShardLimits & { readonly memory: Quantity },
): string[] {
  const { connections = 4096, largestItem = '2Mi', memory, threads = 4 } = limits;
  requireCount(memcached, 'connections', connections, 1);
  requireCount(memcached, 'threads', threads, 1);
  requireQuantity(memcached, 'largestItem', largestItem, '1Ki');
  const megabytes = ((parseQuantity(memory) ?? 0n) * 80n) / 100n / MEGABYTE;
  const item = parseQuantity(largestItem) ?? 0n;
  // The server refuses to start with an item larger than half of its memory, or than a gigabyte.
  if (item * 2n > megabytes * MEGABYTE || item > 1024n * MEGABYTE) {
    throw new KeelsonError(memcached, 'memcached/item-too-large', {
      message: `'largestItem' must be at most 1Gi and half of the ${megabytes}Mi that 'memory' ${memory} leaves for items, got ${JSON.stringify(largestItem)}`,
      hint: 'give more memory, or keep large things in an object store',
    });
  }
  return [
    `--memory-limit=${megabytes}`,
    `--conn-limit=${connections}`,
    `--max-item-size=${item}`,
    `--threads=${threads}`,
  ];
}
