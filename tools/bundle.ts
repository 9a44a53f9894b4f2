import { readdirSync } from 'node:fs';
import { build } from 'esbuild';

/**
 * Joins what a command loads into a few files: Node spends more time on finding a hundred small modules
 * than on running them. What two entries share stands in one chunk, so that a class stays one class.
 */
const kinds = readdirSync('imports').filter((file) => file.endsWith('.ts'));

await build({
  entryPoints: ['src/cli/bin.ts', 'src/index.ts', ...kinds.map((file) => `imports/${file}`)],
  bundle: true,
  splitting: true,
  keepNames: true, // `keelson list` shows the names of classes
  format: 'esm',
  platform: 'node',
  target: 'node20',
  packages: 'external',
  conditions: ['keelson-source'],
  outbase: '.',
  outdir: 'lib',
  chunkNames: 'chunks/[name]-[hash]',
  logLevel: 'warning',
});
