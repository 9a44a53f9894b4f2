import { expect, test } from 'vitest';
import { imagesIn } from '../../src/checks/image-strings.ts';

/** What is found in a variable, in an argument and its value, and in the middle of a text. */
function foundIn(value: string): string[][] {
  const specs = [
    { env: [{ name: 'RUNNER', value }] },
    { args: ['run', value] },
    { args: [`--runner=${value}`] },
    { script: `set -e\nexec run ${value} now\n` },
    { json: `{"runner":"${value}","n":1}` },
  ];
  return specs.map((spec) => [
    ...new Set(
      imagesIn({
        apiVersion: 'example.com/v1',
        kind: 'Thing',
        metadata: { name: 'a' },
        spec,
      }).map(({ image }) => image),
    ),
  ]);
}

test.each([
  'alpine:3.20',
  'redis:7.2',
  'redis:7',
  'nginx:1.25',
  'envoy:v1.31',
  'traefik:v3',
  'node:20',
  'node:20-alpine',
  'postgres:16',
  'postgres:16.1-bookworm',
  'python:3.13.0rc1',
  'busybox:1.36.1-musl',
  'memcached:1.6.23-alpine',
  'debian:bookworm',
  'nginx:stable',
  'ubuntu:24.04',
  'web:latest',
  'web:17-jre',
  'shop/web:1',
  'shop/web:main-3f2a9c1',
  'minio/minio:RELEASE.2026-01-01T00-00-00Z',
  'registry.internal/tool',
  'registry.internal:5000/shop/tool',
  'harbor.example.com/shop/web',
  'docker-registry.shop.svc/tool',
  'quay.io/x/tool',
  'shop.azurecr.io/web',
  'localhost:5000/web:1',
  'registry.internal/tool:3',
  `web@sha256:${'0'.repeat(64)}`,
])('%s is an image wherever it stands', (image) => {
  expect(foundIn(image)).toEqual([[image], [image], [image], [image], [image]]);
});

test.each([
  'redis:6379',
  'postgres:5432',
  'nginx:80',
  'db.shop.svc:5432',
  'shop-prod/db:5432',
  'shop-prod/web:80',
  'localhost:8080',
  '10.0.0.1:53',
  '0.0.0.0:9090',
  'server:10.0.0.1',
  'http://x:80',
  'https://registry.internal/tool:3',
  'redis://cache:6379/0',
  'jdbc:postgresql://db:5432/shop',
  '12:30',
  '12:30:45',
  '2026-11-21T10:00:00Z',
  'date:2026-11-21',
  '1:2',
  '0.5:1.5',
  '1024:65535',
  '1000:1000',
  'uid:1000',
  'db:0',
  'timeout:30s',
  'shop/scrape:5m',
  'timeout:1.5h',
  'maxmemory:512mb',
  'weight:0.5',
  'tls:1.2',
  'version:1.25',
  'cart:v1',
  'root:root',
  'postgres:postgres',
  'system:masters',
  'node:rate5m',
  'job:http_requests:rate5m',
  'src/app.ts:12',
  'web.example.com/path',
  'schema-registry:8081/subjects',
  'kustomize.toolkit.fluxcd.io/prune',
  'topology.kubernetes.io/zone',
  'arn:aws:iam::111122223333:role/shop',
  'git@github.com:shop/web',
  '/var/run/tool:/run',
  `sha256:${'0'.repeat(64)}`,
])('%s is none', (text) => {
  expect(foundIn(text)).toEqual([[], [], [], [], []]);
});
