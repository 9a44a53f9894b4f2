import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { synth } from '../../src/operations/synth.ts';

const readme = readFileSync('README.md', 'utf8');
mkdirSync('.tools', { recursive: true });
const folder = mkdtempSync(join('.tools', 'readme-')); // inside the project, where packages are found
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function block(language: string): string {
  const found = new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(readme)?.[1];
  if (found === undefined) throw new Error(`README.md has no ${language} block`);
  return found;
}

test('the example of the README gives the YAML that stands beside it', async () => {
  mkdirSync(join(folder, 'charts'));
  writeFileSync(join(folder, 'charts/main.ts'), block('ts'));
  mkdirSync(join(folder, 'images/shop'), { recursive: true });
  for (const [cluster, environment] of [
    ['nonprod', 'staging'],
    ['prod', 'prod'],
  ]) {
    const digest = `sha256:${'0'.repeat(64)}`;
    const web = `{ repository: ghcr.io/shop/web, tag: 1.0.0, digest: '${digest}' }`;
    writeFileSync(join(folder, `images/shop/${cluster}.yaml`), `${environment}:\n  web: ${web}\n`);
  }
  const { written } = await synth({
    folder,
    program: 'charts/main.ts',
    out: 'dist',
    timeoutSeconds: 20,
  });
  const [, path = ''] = /`(dist\/[^`]+\.yaml)`/.exec(readme) ?? [];
  expect(written?.written).toContain(path.replace('dist/', ''));
  expect(readFileSync(join(folder, path), 'utf8')).toBe(block('yaml'));
});

test('every file that the README links to exists', () => {
  const links = [...readme.matchAll(/\]\(([^)#]+)\)/g)].map(([, link = '']) => link);
  expect(links.length).toBeGreaterThan(3);
  for (const link of links) expect(() => readFileSync(link), link).not.toThrow(/ENOENT/);
});
