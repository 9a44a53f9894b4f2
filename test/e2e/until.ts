import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from './failure.ts';

/** Waits until `happened` is true; says after `seconds` what was awaited in vain, and what `explain` found instead. */
export async function until(
  what: string,
  seconds: number,
  happened: () => Promise<boolean>,
  explain: () => Promise<string> = async () => '',
): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  while (!(await happened())) {
    if (Date.now() > deadline) {
      const found = await explain();
      throw new Failure(`not within ${seconds} s: ${what}${found && `; ${found}`}`);
    }
    await sleep(150);
  }
}

/** Runs `work` over all items, a few at a time, and keeps their order. */
export async function each<T, R>(
  items: readonly T[],
  work: (item: T) => Promise<R>,
  atOnce = 12,
): Promise<R[]> {
  const results: R[] = [];
  const queue = items.entries();
  const worker = async () => {
    for (const [index, item] of queue) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
  return results;
}
