import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadProgram } from '../src/operations/program.ts';
import { CannotRun, goTool } from '../test/tools.ts';

/** `kubeconform -strict` over dist/ and the goldens: a second judge, with local schemas only. */
const SCHEMAS = [
  'imports/schemas/custom/{{ .Group }}/{{ .ResourceKind }}_{{ .ResourceAPIVersion }}.json',
  'imports/schemas/kubernetes/{{ slice .NormalizedKubernetesVersion 1 5 }}/{{ .ResourceKind }}{{ .KindSuffix }}.json',
];
const GOLDENS = '1.34';
/** The last block of the file, from its key to the end. */
const SOPS = /^sops:\n( .*\n)*/m;

try {
  const kubeconform = await goTool('kubeconform', { log: (line) => console.error(line) });
  const { platforms } = await loadProgram('charts/main.ts', { timeoutSeconds: 60 });
  for (const { clusters, name } of platforms) {
    for (const cluster of clusters) {
      judge(kubeconform, join('dist', name, cluster.name), cluster.kubernetes);
    }
  }
  for (const folder of readdirSync('test/golden')) {
    judge(kubeconform, join('test/golden', folder), GOLDENS);
  }
} catch (error) {
  if (!(error instanceof CannotRun)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}

function judge(kubeconform: string, given: string, kubernetes: string): void {
  if (!existsSync(given)) return;
  const folder = asApplied(given);
  const version = ['-kubernetes-version', `${kubernetes}.0`];
  const schemas = SCHEMAS.flatMap((location) => ['-schema-location', location]);
  const ignore = ['-ignore-filename-pattern', 'kustomization.yaml$'];
  const { status, stdout, stderr } = spawnSync(
    kubeconform,
    ['-strict', '-summary', ...version, ...schemas, ...ignore, folder],
    { encoding: 'utf8' },
  );
  const text = `${stdout}${stderr}`.trim();
  console.log(`${given} on ${kubernetes}: ${text}`);
  if (status !== 0) process.exitCode = 1;
}

/** The tree, or a copy of it without what SOPS has added to Secrets: that is for Flux, which takes it off. */
function asApplied(folder: string): string {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const encrypted = files
    .filter((file) => /\/secret-[^/]*\.yaml$/.test(file))
    .filter((file) => SOPS.test(readFileSync(join(folder, file), 'utf8')));
  if (encrypted.length === 0) return folder;
  const copy = mkdtempSync(join(tmpdir(), 'keelson-kubeconform-'));
  process.once('exit', () => rmSync(copy, { recursive: true, force: true }));
  cpSync(folder, copy, { recursive: true });
  for (const file of encrypted) {
    writeFileSync(join(copy, file), readFileSync(join(folder, file), 'utf8').replace(SOPS, ''));
  }
  return copy;
}
