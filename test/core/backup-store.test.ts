import { expect, test } from 'vitest';
import { requireBackupStore } from '../../src/core/backup-store.ts';

test.each([
  [undefined],
  [{ bucket: 's3://shop-backups' }],
  [{ bucket: 's3://shop-backups/prod/eu', region: 'eu-west-1', cidrs: ['10.0.0.0/16'] }],
  [{ bucket: 's3://shop', endpoint: 'fra1.digitaloceanspaces.com' }],
])('takes %j', (given) => {
  expect(() => requireBackupStore('here', given)).not.toThrow();
});

test.each([
  ['s3://shop', "needs a 'bucket' such as"],
  [{ bucket: 'shop' }, 'got "shop"'],
  [{ bucket: 's3://Shop' }, 'got "s3://Shop"'],
  [{ bucket: 's3://shop/$(id)' }, 'got "s3://shop/$(id)"'],
  [{ bucket: 's3://shop', keep: 3 }, "has no key 'keep'; known keys: bucket, region"],
  [{ bucket: 's3://shop', endpoint: 'https://a.b' }, "needs in 'endpoint' a host name"],
  [{ bucket: 's3://shop', cidrs: ['10.0.0.1'] }, "needs in 'cidrs' addresses"],
])('fails on %j', (given, message) => {
  expect(() => requireBackupStore('here', given)).toThrow(message);
});
