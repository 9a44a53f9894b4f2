import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

function judge(folder: string) {
  const run = spawnSync('npx', ['tsx', 'tools/orphan-goldens.ts', folder], { encoding: 'utf8' });
  return {
    code: run.status,
    out: run.stdout,
    found: run.stderr.match(/^.*no test mentions it.*$/gm),
  };
}

test('every golden is written by a test', () => {
  expect(judge('test/golden')).toEqual({
    code: 0,
    out: 'every golden in test/golden has its test\n',
    found: null,
  });
});

test('fails when a golden outlives its test', () => {
  const folder = mkdtempSync(join(tmpdir(), 'keelson-golden-'));
  try {
    cpSync('test/golden', folder, { recursive: true });
    writeFileSync(join(folder, 'web-app/gone.yaml'), 'a: 1\n');
    writeFileSync(join(folder, 'worker/exposed-by-ingress.yaml'), 'a: 1\n');
    expect(judge(folder)).toMatchObject({
      code: 1,
      found: [
        `${folder}/web-app/gone.yaml: no test mentions it; delete it`,
        `${folder}/worker/exposed-by-ingress.yaml: no test mentions it; delete it`,
      ],
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
