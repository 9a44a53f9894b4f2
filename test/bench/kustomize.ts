import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { toYaml } from '../../src/output/yaml.ts';
import { deployment, groupsOf } from './charts/deployment.ts';
import { emptied, expecting, filesBelow, folderWith } from './folder.ts';
import type { Command } from './measure.ts';

/** A file for each Deployment, which get namespace and labels from the kustomization. */
export function kustomizeDeployments(kustomize: string, count: number): Command {
  const names = groupsOf(count).flat();
  const resources = Object.fromEntries(
    names.map((name) => [
      `base/${name}.yaml`,
      toYaml({ apiVersion: 'apps/v1', kind: 'Deployment', ...deployment(name) }),
    ]),
  );
  const pairs = {
    'app.kubernetes.io/part-of': 'bench',
    'app.kubernetes.io/managed-by': 'kustomize',
  };
  const kustomization = {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    namespace: 'bench-prod',
    labels: [{ pairs }],
    resources: names.map((name) => `${name}.yaml`),
  };
  const files = { ...resources, 'base/kustomization.yaml': toYaml(kustomization) };
  return kustomizeBuild(kustomize, `${count}`, files, count);
}

/** The layers that Keelson wrote, put together. */
export function kustomizeOver(kustomize: string, dist: string, deployments: number): Command {
  const files = filesBelow(dist);
  const layers = files.filter((file) => file.endsWith('/kustomization.yaml'));
  const kustomization = {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    resources: layers.map((file) => file.replace('/kustomization.yaml', '')),
  };
  const copies = files.map((file) => [`base/${file}`, readFileSync(join(dist, file), 'utf8')]);
  const all = { ...Object.fromEntries(copies), 'base/kustomization.yaml': toYaml(kustomization) };
  return kustomizeBuild(kustomize, 'over', all, deployments);
}

function kustomizeBuild(
  kustomize: string,
  name: string,
  files: Readonly<Record<string, string>>,
  deployments: number,
): Command {
  const folder = folderWith(`kustomize-${name}`, files);
  const out = join(folder, 'out');
  return {
    program: kustomize,
    args: ['build', 'base', '--output', out],
    cwd: folder,
    before: emptied(out),
    after: expecting(out, 'Deployment', deployments),
  };
}
