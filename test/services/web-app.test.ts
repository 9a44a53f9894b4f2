import { expect, test } from 'vitest';
import { WebApp } from '../../src/services/web-app.ts';
import { synth } from '../synth.ts';

test('golden: defaults', async () => {
  const yaml = synth((scope) => new WebApp(scope, 'shop', { image: 'shop', port: 8000 }));
  await expect(yaml).toMatchFileSnapshot('../golden/web-app/defaults.yaml');
});

test.each([0, 80, 2.5, Number.NaN, 70_000])('fails when port is %s', (port) => {
  const build = () => synth((scope) => new WebApp(scope, 'shop', { image: 'shop', port }));
  expect(build).toThrow(
    `prod/apps/shop: port 'http' must be a whole number from 1024 to 65535, got ${port}`,
  );
});
