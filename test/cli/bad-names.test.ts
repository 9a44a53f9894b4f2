import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { keelson } from './keelson.ts';
import { project, shop } from './project.ts';

describe('names that would leave the folder or break the YAML', () => {
  const places = ['platform', 'cluster', 'environment', 'layer', 'service', 'image'] as const;
  const names = [
    '..',
    '../../etc',
    '/etc/passwd',
    'C:\\x',
    'a\nb: c',
    'a: b',
    '- a',
    '{{ .Values }}',
    'a #b',
    '&a',
    '\u0000',
    ' ',
    '',
    'A',
    'ä',
    '.git',
    '__proto__',
  ];
  const cases = places.flatMap((place) => names.map((name) => [place, name] as const));

  test.each(cases)('fails: %s %j', async (place, name) => {
    const folder = project({ 'charts/main.ts': shop({ [place]: name }) });
    const { code, err, out } = await keelson('synth', { folder });
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/^error: (?:.|\n)+\n hint: .+\n code: [a-z-]+\/[a-z-]+\n/);
    expect(existsSync(join(folder, 'dist'))).toBe(false);
  });

  test.each([
    'a b:1',
    '../x:1',
    'x:1 #c',
    'http://x.y/z:1',
    'x:',
    'x:-1',
    'X/y:1',
    'x@sha256:12',
    'x:1\n- y',
  ])('fails: image %j, which no registry would take', async (name) => {
    const folder = project({ 'charts/main.ts': shop({ image: name }) });
    const { code, err } = await keelson('synth', { folder });
    expect(code).toBe(2);
    expect(err).toContain('code: image/bad-reference');
  });
});
