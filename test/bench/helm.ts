import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { toYaml } from '../../src/output/yaml.ts';
import { deployment, groupsOf } from './charts/deployment.ts';
import { emptied, expecting, filesBelow, folderWith } from './folder.ts';
import type { Command } from './measure.ts';

const CHART = 'apiVersion: v2\nname: bench\nversion: 1.0.0\n';

/** One template that loops over each group: the fastest way to say it to helm. */
export function helmLoops(helm: string, count: number): Command {
  const templates = groupsOf(count).map((names, index) => [
    `chart/templates/group-${index}.yaml`,
    `{{- range (list ${names.map((name) => `"${name}"`).join(' ')}) }}\n---\n${template('.', '$.Release')}{{- end }}\n`,
  ]);
  return helmTemplate(helm, `loops-${count}`, Object.fromEntries(templates), count);
}

/** One template for each object, and so one file: what Keelson writes. */
export function helmFiles(helm: string, count: number): Command {
  const templates = groupsOf(count)
    .flat()
    .map((name) => [
      `chart/templates/${name}.yaml`,
      `{{- include "bench.deployment" (dict "name" "${name}" "Release" .Release) }}\n`,
    ]);
  const helpers = `{{- define "bench.deployment" -}}\n${template('.name', '.Release')}{{- end -}}\n`;
  const files = { ...Object.fromEntries(templates), 'chart/templates/_helpers.tpl': helpers };
  return helmTemplate(helm, `files-${count}`, files, count);
}

/** Finished objects as templates without anything to fill in. */
export function helmOver(helm: string, dist: string, deployments: number): Command {
  const objects = filesBelow(dist).filter((file) => !file.endsWith('kustomization.yaml'));
  const templates = objects.map((file) => [
    `chart/templates/${file.replaceAll('/', '_')}`,
    readFileSync(join(dist, file), 'utf8'),
  ]);
  return helmTemplate(helm, 'over', Object.fromEntries(templates), deployments);
}

function helmTemplate(
  helm: string,
  name: string,
  files: Readonly<Record<string, string>>,
  deployments: number,
): Command {
  const folder = folderWith(`helm-${name}`, { 'chart/Chart.yaml': CHART, ...files });
  const out = join(folder, 'out');
  return {
    program: helm,
    args: ['template', 'bench', 'chart', '--namespace', 'bench-prod', '--output-dir', out],
    cwd: folder,
    before: emptied(out),
    after: expecting(out, 'Deployment', deployments),
  };
}

/** The Deployment with its name, namespace and labels left to helm, as charts are written. */
function template(name: string, release: string): string {
  const { metadata, spec } = deployment('the-name');
  const labels = {
    'app.kubernetes.io/name': 'the-name',
    'app.kubernetes.io/part-of': 'bench',
    'app.kubernetes.io/managed-by': 'the-service',
  };
  const object = { metadata: { ...metadata, namespace: 'the-namespace', labels }, spec };
  return toYaml({ apiVersion: 'apps/v1', kind: 'Deployment', ...object })
    .replaceAll('the-namespace', `{{ ${release}.Namespace }}`)
    .replaceAll('the-service', `{{ ${release}.Service }}`)
    .replaceAll('the-name', `{{ ${name} }}`);
}
