import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { keelson } from './keelson.ts';

const ROOT = resolve(import.meta.dirname, '../..');

test('.env.sample is what the reference platforms ask for today', async () => {
  const { code, err, out } = await keelson('secrets sample', { folder: ROOT });
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(readFileSync(`${ROOT}/.env.sample`, 'utf8')).toBe(out);
});
