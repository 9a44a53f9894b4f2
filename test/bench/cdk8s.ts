import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { emptied, expecting, folderWith } from './folder.ts';
import type { Command } from './measure.ts';

const app = fileURLToPath(import.meta.resolve('./charts/cdk8s.ts'));
const cli = fileURLToPath(new URL('../../node_modules/cdk8s-cli/bin/cdk8s', import.meta.url));

/** `cdk8s synth` with a compiled app that makes one call of `charts/cdk8s.ts`. */
export function cdk8sSynth(name: string, call: string, deployments: number): Command {
  const exported = call.slice(0, call.indexOf('('));
  const main = `import { ${exported} } from '${app}';\n\n${call};\n`;
  const folder = folderWith(`cdk8s-${name}`, { 'main.ts': main });
  buildSync({
    absWorkingDir: folder,
    entryPoints: ['main.ts'],
    outfile: 'app.mjs',
    bundle: true,
    external: ['cdk8s', 'constructs', 'keelson', 'keelson/*'],
    platform: 'node',
    format: 'esm',
  });
  const dist = join(folder, 'dist');
  return {
    program: process.execPath,
    args: [cli, 'synth', '--app', 'node app.mjs', '--output', dist, '--check-upgrade=false'],
    cwd: folder,
    before: emptied(dist),
    after: expecting(dist, 'Deployment', deployments),
  };
}
