import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { strimzi } from './sources.ts';

/** The text of Strimzi's CRDs, made by Strimzi's own generator from its published Java model. */
export function strimziCrds(): string {
  const folder = mkdtempSync(join(tmpdir(), 'keelson-strimzi-'));
  try {
    const files = Object.entries(strimzi.classes).map(
      ([name, model]) => [`io.strimzi.api.kafka.model.${model}`, join(folder, name)] as const,
    );
    const jars = [strimzi.model, ...strimzi.kubernetes, strimzi.generator].map(jar);
    const options =
      '--label app:strimzi --target-kube 1.16+ --crd-api-version v1 --api-versions v1';
    execFileSync(
      'java',
      [
        ...['-cp', jars.join(':'), 'io.strimzi.crdgenerator.CrdGenerator'],
        ...[...options.split(' '), '--storage-version', 'v1', '--yaml'],
        ...files.map(([model, file]) => `${model}=${file}`),
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] }, // it talks a lot, and means it only when it fails
    );
    return files.map(([, file]) => readFileSync(file, 'utf8')).join('\n---\n');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const REPOSITORY = join(homedir(), '.m2', 'repository');

/** Where Maven keeps an artifact; what is there already is not asked for again. */
function jar(artifact: string): string {
  const [group = '', name = '', version = ''] = artifact.split(':');
  const folder = join(REPOSITORY, ...group.split('.'), name, version);
  const file = join(folder, `${name}-${version}.jar`);
  if (existsSync(file)) return file;

  const get = 'org.apache.maven.plugins:maven-dependency-plugin:3.6.1:get';
  const options = [`-Dartifact=${artifact}`, '-Dtransitive=false'];
  execFileSync('mvn', ['-q', `-Dmaven.repo.local=${REPOSITORY}`, get, ...options], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return file;
}
