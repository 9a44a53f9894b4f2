import { nameOf } from './objects.ts';
import type { Output } from './output.ts';

/**
 * Puts outputs that cannot meet, because no object of theirs has the same name, onto one cluster: most of what a live group
 * does is waiting, and waiting for several costs no more than for one.
 */
export function batched(outputs: readonly Output[], atMost = 6): Output[] {
  const batches: Output[][] = [];
  for (const output of outputs) {
    const fits = batches.find(
      (batch) => batch.length < atMost && batch.every((other) => canLiveTogether(other, output)),
    );
    if (fits) fits.push(output);
    else batches.push([output]);
  }
  return batches.map((batch) => (batch.length === 1 ? (batch[0] as Output) : merged(batch)));
}

function canLiveTogether(one: Output, other: Output): boolean {
  if (one.zones !== other.zones || one.region !== other.region) return false;
  const names = new Set(one.files.map(({ object }) => nameOf(object)));
  return !other.files.some(({ object }) => names.has(nameOf(object)));
}

/** One output that holds the files of all; layers carry their output's name, for each has an `apps`. */
function merged(batch: readonly Output[]): Output {
  const [first] = batch as [Output];
  const layers = batch.flatMap(({ layers, name }) =>
    [...layers].map(
      ([layer, needed]) => [`${name}/${layer}`, needed.map((key) => `${name}/${key}`)] as const,
    ),
  );
  const files = batch.flatMap(({ files, name }) =>
    files.map((file) => ({
      ...file,
      path: `${name}/${file.path}`,
      environment: `${name}/${file.environment}`,
    })),
  );
  return {
    ...first,
    name: batch.map(({ name }) => name).join(' '),
    files,
    layers: new Map(layers),
    declared: batch.flatMap(({ declared }) => declared),
    parts: batch,
  };
}
