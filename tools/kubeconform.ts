import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { loadProgram } from '../src/operations/program.ts';
import { CannotRun, goTool } from '../test/tools.ts';

/** `kubeconform -strict` over dist/ and the goldens: a second judge, with local schemas only. */
const SCHEMAS = [
  'imports/schemas/custom/{{ .Group }}/{{ .ResourceKind }}_{{ .ResourceAPIVersion }}.json',
  'imports/schemas/kubernetes/{{ slice .NormalizedKubernetesVersion 1 5 }}/{{ .ResourceKind }}{{ .KindSuffix }}.json',
];
const GOLDENS = '1.34';

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

function judge(kubeconform: string, folder: string, kubernetes: string): void {
  if (!existsSync(folder)) return;
  const version = ['-kubernetes-version', `${kubernetes}.0`];
  const schemas = SCHEMAS.flatMap((location) => ['-schema-location', location]);
  const ignore = ['-ignore-filename-pattern', 'kustomization.yaml$'];
  const { status, stdout, stderr } = spawnSync(
    kubeconform,
    ['-strict', '-summary', ...version, ...schemas, ...ignore, folder],
    { encoding: 'utf8' },
  );
  const text = `${stdout}${stderr}`.trim();
  console.log(`${folder} on ${kubernetes}: ${text}`);
  if (status !== 0) process.exitCode = 1;
}
