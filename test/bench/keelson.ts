import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { emptied, expecting, folderWith } from './folder.ts';
import type { Command } from './measure.ts';

/** The compiled command, as it is installed. */
export const keelsonBin = fileURLToPath(new URL('../../lib/src/cli/bin.js', import.meta.url));

const LOCK = 'prod:\n  app: { repository: registry.example.com/shop/app, tag: 1.2.3 }\n';

/** A project whose program is one call of a file in `charts/`. */
export interface Project {
  readonly folder: string;
  readonly dist: string;
  /** Into an empty folder. */
  readonly synth: Command;
  /** Over what is there already. */
  readonly again: Command;
}

export interface ProjectOptions {
  /** The URL of a file in `charts/`, and the call of what it exports. */
  readonly from: string;
  readonly call: string;
  readonly deployments: number;
}

export function project(name: string, { call, deployments, from }: ProjectOptions): Project {
  const exported = call.slice(0, call.indexOf('('));
  const main = `import { ${exported} } from '${fileURLToPath(from)}';\n\nexport default ${call};\n`;
  const files = { 'charts/main.ts': main, 'images/bench/one.yaml': LOCK };
  const folder = folderWith(`keelson-${name}`, files);
  const dist = join(folder, 'dist');
  const again: Command = {
    program: process.execPath,
    args: [keelsonBin, 'synth'],
    cwd: folder,
    after: expecting(dist, 'Deployment', deployments),
  };
  return { folder, dist, again, synth: { ...again, before: emptied(dist) } };
}

export function deploymentsProject(count: number): Project {
  return project(`deployments-${count}`, {
    from: import.meta.resolve('./charts/deployments.ts'),
    call: `deployments(${count})`,
    deployments: count,
  });
}
