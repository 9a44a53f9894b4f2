import fc from 'fast-check';
import { expect, test } from 'vitest';
import { external, soft, through } from '../../src/core/access.ts';
import { connect } from '../../src/core/connection.ts';
import type { Model } from '../../src/core/model.ts';
import { layerOrder } from '../../src/gitops/order.ts';
import { WebApp } from '../../src/services/web-app.ts';
import { Archive } from '../core/invented.ts';
import { modelOfAll, type TestEnvironment } from '../synth.ts';

const web = (env: TestEnvironment, layer: string, id: string) =>
  new WebApp(env.layer(layer), id, { image: 'shop', port: 8000 });

const told = (model: Model) =>
  [...layerOrder(model)].map(
    ([layer, after]) => `${layer} after ${[...after.keys()].sort().join(', ')}`,
  );

test('a layer waits for the layers that its services use', () => {
  const model = modelOfAll((env) => {
    const archive = new Archive(env.layer('data'), 'archive');
    const api = web(env, 'api', 'api');
    connect(api, 'ARCHIVE', archive.read);
    const front = web(env, 'front', 'front');
    connect(front, 'API', api.http);
    connect(front, 'ARCHIVE', archive.read);
    connect(front, 'PAYMENTS', external('api.example.com', 443));
  });
  expect(told(model)).toEqual(['prod/api after prod/data', 'prod/front after prod/api, prod/data']);
});

test('behind a proxy, the layer of whose right it is comes first too', () => {
  const model = modelOfAll((env) => {
    const archive = new Archive(env.layer('data'), 'archive');
    const api = web(env, 'api', 'api');
    connect(web(env, 'front', 'front'), 'ARCHIVE', through(api.http.endpoint, archive.read));
  });
  expect(told(model)).toEqual(['prod/front after prod/api, prod/data']);
});

test('services of one layer wait for nobody', () => {
  const model = modelOfAll((env) => {
    const [a, b] = [web(env, 'apps', 'a'), web(env, 'apps', 'b')];
    connect(a, 'B', b.http);
    connect(b, 'A', a.http);
  });
  expect(told(model)).toEqual([]);
});

test('a soft access opens the network and makes no order', () => {
  const model = modelOfAll((env) => {
    const [a, b] = [web(env, 'one', 'a'), web(env, 'two', 'b')];
    connect(a, 'B', soft(b.http));
    connect(b, 'A', a.http);
  });
  expect(told(model)).toEqual(['prod/two after prod/one']);
  expect(model.entries.map(({ object }) => object.metadata.name)).toContain('a-to-b');
});

test('fails when two layers wait for each other, naming the connections that make the circle', () => {
  const model = modelOfAll((env) => {
    const [a, b] = [web(env, 'one', 'a'), web(env, 'two', 'b')];
    connect(a, 'BACK', b.http);
    connect(b, 'FRONT', a.http);
  });
  expect(() => layerOrder(model)).toThrow(
    "prod/two/b: 'b' (prod/two) uses 'a' as FRONT, but 'a' (prod/one) uses 'b' as BACK",
  );
});

test('fails when three layers make the circle', () => {
  const model = modelOfAll((env) => {
    const [a, b, c] = [web(env, 'one', 'a'), web(env, 'two', 'b'), web(env, 'three', 'c')];
    connect(a, 'B', b.http);
    connect(b, 'C', c.http);
    connect(c, 'A', a.http);
  });
  expect(() => layerOrder(model)).toThrow(
    "'c' (prod/three) uses 'a' as A, but 'a' (prod/one) uses 'b' as B and 'b' (prod/two) uses 'c' as C",
  );
});

test('a migration waits for the layers of what it uses', () => {
  const model = modelOfAll((env) => {
    const uses = { ARCHIVE: new Archive(env.layer('data'), 'archive').read };
    new WebApp(env.layer('apps'), 'shop', {
      image: 'shop',
      port: 8000,
      uses,
      migrate: {},
      smokeTest: {},
    });
  });
  expect(told(model)).toEqual([
    'prod/apps after prod/data',
    'prod/apps-before after prod/data',
    'prod/apps-after after prod/apps',
  ]);
});

test('fails when a migration uses what its own layer brings only afterwards', () => {
  const model = modelOfAll((env) => {
    const uses = { ARCHIVE: new Archive(env.layer('apps'), 'archive').read };
    new WebApp(env.layer('apps'), 'shop', { image: 'shop', port: 8000, uses, migrate: {} });
  });
  expect(() => layerOrder(model)).toThrow(
    "'shop-migrate' (prod/apps-before) uses 'archive' as ARCHIVE, but prod/apps waits for prod/apps-before",
  );
});

test('a program without a circle always has an order, which has none either', () => {
  const edges = fc.uniqueArray(fc.tuple(fc.nat(6), fc.nat(6)), { selector: String, maxLength: 20 });
  fc.assert(
    fc.property(
      edges,
      fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6], { minLength: 7 }),
      (pairs, ids) => {
        const model = modelOfAll((env) => {
          const apps = ids.map((id) => web(env, `layer${id}`, `app${id}`));
          const byId = new Map(ids.map((id, at) => [id, apps[at] as WebApp]));
          for (const [a, b] of pairs) {
            if (a === b) continue;
            const [client, owner] = [byId.get(Math.max(a, b)), byId.get(Math.min(a, b))];
            if (client && owner && !client.node.tryFindChild(`uses-A${Math.min(a, b)}`)) {
              connect(client, `A${Math.min(a, b)}`, owner.http);
            }
          }
        });
        for (const [layer, after] of layerOrder(model)) {
          for (const earlier of after.keys()) expect(earlier < layer).toBe(true);
        }
      },
    ),
    { numRuns: 50 },
  );
});
