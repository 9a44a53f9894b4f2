import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { CannotRun, cacheFolder, goTool } from '../tools.ts';
import { depth } from './cases/depth.ts';
import { manyObjects } from './cases/many-objects.ts';
import { fortyServices } from './cases/services.ts';
import { start } from './cases/start.ts';
import { benchFolder } from './folder.ts';
import { type Peers, type Row, tableOf } from './table.ts';

const METHOD = `The real programs, from start to exit, reading and writing real files in an empty folder. Each figure
is the best of its runs, memory the worst: 15 runs of --version, 5 of the services and hundreds, 3
after an edit, of 20,000 and of 1,000, 2 of 20,000 again; but one only of cdk8s and kustomize with
Deployments, of helm with a file each, of cdk8s's chain, and of the growth beside 20,000. Programs that
are compared run in turns. Memory is the largest resident set of any one process, sampled every 20 ms,
so a few percent may be missing; of cdk8s it is mostly its command line. All get the same Deployment;
in brackets is a peer's figure over Keelson's. helm loops over 100 Deployments in each of 200
templates and appends them to 200 files; neither helm nor kustomize nor cdk8s checks what it writes.
Of the 40 services, helm and kustomize get Keelson's finished objects, cdk8s our service classes in
one chart. Keelson's bundle of the program is kept from an earlier run, except after an edit.`;

/** `npx tsx test/bench/run.ts`: 0 measured, 2 could not measure. A target that is missed is no failure. */
async function main(): Promise<void> {
  const date = new Date().toISOString();
  const load = loadavg()[0] ?? 0;
  const peers: Peers = {
    helm: await goTool('helm', { log: talk }),
    kustomize: await goTool('kustomize-cli', { log: talk }),
  };
  const cases = [start, fortyServices, depth, manyObjects];
  const rows: Row[] = [];
  for (const measureCase of cases) {
    talk(`bench: ${measureCase.name}`);
    rows.push(...(await measureCase(peers)));
  }
  const machine = machineText(peers);
  console.log(`\n${tableOf(rows)}\n\n${date}, ${machine}, load ${load.toFixed(1)} at the start\n`);
  console.log(METHOD);
  if (load > 0.5) console.log('\nThe machine was busy: these figures are indicative only.');
  const json = { date, machine, load, method: METHOD, rows };
  writeFileSync(join(cacheFolder, 'bench.json'), `${JSON.stringify(json, undefined, 2)}\n`);
}

function machineText({ helm, kustomize }: Peers): string {
  const [cpu] = cpus();
  const memory = `${Math.round(totalmem() / 1024 ** 3)} GB`;
  const versions = [
    `Node ${process.versions.node}`,
    `cdk8s ${packageVersion('cdk8s')} with cli ${packageVersion('cdk8s-cli')}`,
    `helm ${output(helm, ['version', '--short'])}`,
    `kustomize ${output(kustomize, ['version'])}`,
  ];
  return `${cpus().length} × ${cpu?.model.trim()}, ${memory}, Linux ${release()}; ${versions.join(', ')}`;
}

function packageVersion(name: string): string {
  const file = new URL(`../../node_modules/${name}/package.json`, import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { readonly version: string }).version;
}

function output(program: string, args: readonly string[]): string {
  return execFileSync(program, args, { encoding: 'utf8' }).trim();
}

function talk(line: string): void {
  console.error(line);
}

main()
  .catch((error: unknown) => {
    if (!(error instanceof CannotRun)) console.error(error);
    else console.error(`error: ${error.message}`);
    process.exitCode = 2;
  })
  .finally(() => rmSync(benchFolder, { recursive: true, force: true }));
