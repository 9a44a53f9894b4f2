import { readdirSync } from 'node:fs';
import { ApiObject } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CheckReport } from '../../src/checks/checks.ts';
import { RULES, runChecks } from '../../src/checks/checks.ts';
import type { KubeObject, Model } from '../../src/core/model.ts';
import { Redis } from '../../src/services/redis.ts';
import { WebApp } from '../../src/services/web-app.ts';
import { modelOf } from '../synth.ts';
import { inputOf, schemasOf } from './judge.ts';

function checked(model: Model): CheckReport {
  return runChecks({ model, schemas: schemasOf(), fileOf: ({ object }) => object.kind });
}

describe('the rules', () => {
  test('are named for their files, and say in one sentence what they refuse', () => {
    const files = readdirSync('src/checks').map((file) => file.replace('.ts', ''));
    for (const { about, name } of RULES) {
      expect(files).toContain(name);
      expect(about).toMatch(/^an? |^two /);
      expect(about).not.toMatch(/\.$/);
    }
    expect(new Set(RULES.map(({ name }) => name)).size).toBe(RULES.length);
  });

  test('are listed with how many objects they looked at', () => {
    const { rules } = checked(
      modelOf((scope) => {
        new Redis(scope, 'cache', { memory: '64Mi', availability: 'single' });
      }),
    );
    const looked = Object.fromEntries(rules.map((each) => [each.rule, each.looked]));
    expect(rules).toHaveLength(RULES.length);
    expect(looked).toMatchObject({
      'service-target': 1,
      'config-exists': 1,
      'secret-exists': 1,
      'account-exists': 1,
      'scale-target': 0,
      'clear-secret': 0,
    });
    expect(looked['schema']).toBe(looked['unknown-kind']);
  });
});

describe('what stands in a platform', () => {
  test('services of ours have nothing to report', () => {
    const { findings } = checked(
      modelOf((scope) => {
        const cache = new Redis(scope, 'cache', { memory: '64Mi', backup: false });
        new WebApp(scope, 'web', {
          image: 'shop',
          port: 8000,
          uses: { CACHE: cache.keys('*').readWrite },
          files: { '/etc/app.yaml': 'a: 1' },
        });
      }),
    );
    expect(findings.map(({ message, severity }) => `${severity}: ${message}`)).toEqual([
      "warning: cache: 'redis/redis-stack-server:7.2.0-v14' is pinned by its tag alone, which its owner can move",
    ]);
  });

  test('plain ApiObjects are checked', () => {
    const { findings } = checked(
      modelOf((scope) => {
        new ApiObject(scope, 'front', {
          apiVersion: 'v1',
          kind: 'Service',
          metadata: { name: 'front' },
          spec: { selector: { app: 'front' }, port: 80 },
        });
      }),
    );
    expect(findings.map(({ at, message, rule }) => `${at} ${rule}: ${message}`)).toEqual([
      "prod/apps/front schema: 'spec.port' is no known field",
      "prod/apps/front service-target: Service 'front' selects no pods: none in 'test-prod' has app=front",
    ]);
  });

  test('objects of cdk8s-plus are checked', () => {
    const { findings } = checked(
      modelOf((scope) => {
        const web = new kplus.Deployment(scope, 'plus', {
          containers: [{ image: 'nginx', portNumber: 8080 }],
        });
        web.exposeViaService({ ports: [{ port: 80, targetPort: 8080 }] });
      }),
    );
    expect(findings.map(({ message, rule }) => `${rule}: ${message}`)).toEqual([
      "image-pinned: container 'main' runs 'nginx', which names no tag",
    ]);
  });
});

test('no rule ever throws, whatever the objects hold', () => {
  const name = fc.constantFrom('a', 'b', 'A b', '');
  const leaf = fc.constantFrom<unknown>(null, 0, 1.5, -1, true, '', 'a', '1Gi', '%', [], {}, [
    null,
  ]);
  const key = fc.constantFrom(
    ...['spec', 'template', 'selector', 'matchLabels', 'matchExpressions', 'containers', 'env'],
    ...['volumes', 'ports', 'rules', 'resources', 'requests', 'limits', 'data', 'metadata'],
    ...['labels', 'subjects', 'tls', 'routes', 'services', 'projected', 'sources', 'items'],
    ...['configMap', 'secret', 'valueFrom', 'name', 'constructor', '__proto__'],
  );
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 7, withCrossShrink: true },
      leaf,
      fc.array(tie('tree'), { maxLength: 3 }),
      fc.dictionary(key, tie('tree'), { maxKeys: 5 }),
    ),
  }));
  const judged =
    /Pod$|Set$|Job$|Deployment|Service|Ingress|Route|Config|Secret|Certificate|Budget|Autoscaler|Policy|Claim|Binding|Range|Quota|Helm/;
  const kinds = [
    ...schemasOf()
      .kinds()
      .filter(({ kind }) => judged.test(kind)),
    { apiVersion: 'x', kind: '' },
    { apiVersion: '', kind: 'é' },
  ];
  const text = fc.dictionary(fc.constantFrom('a', 'app', 'a/b/c'), leaf as fc.Arbitrary<string>);
  const object = fc
    .record({
      kind: fc.constantFrom(...kinds),
      metadata: fc.record({
        name: fc.constantFrom('a', 'b', 'A b'),
        namespace: name,
        labels: text,
        annotations: text,
      }),
      rest: fc.dictionary(key, tree, { maxKeys: 6 }),
    })
    .map(({ kind: { apiVersion, kind }, metadata, rest }) => ({
      ...rest,
      apiVersion,
      kind,
      metadata,
    }));
  fc.assert(
    fc.property(fc.array(object, { maxLength: 8 }), (objects) => {
      runChecks(inputOf(objects as unknown as KubeObject[], { services: ['a'] }));
    }),
    { numRuns: 500 },
  );
});
