import { describe, expect, test } from 'vitest';
import { graphDot } from '../../src/cli/render/graph-dot.ts';
import { graphMermaid } from '../../src/cli/render/graph-mermaid.ts';
import { graphText } from '../../src/cli/render/graph-text.ts';
import { dependentsOf, type Graph } from '../../src/operations/graph.ts';
import { keelson } from './keelson.ts';
import { PLATFORM } from './platform.ts';
import { project, shop } from './project.ts';

async function graph(args: string): Promise<string> {
  const folder = project({ 'charts/main.ts': PLATFORM });
  const { code, err, out } = await keelson(`graph ${args}`, { folder });
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return out;
}

test('shows who uses what, with dots where a client can do without', async () => {
  expect(await graph('')).toMatchInlineSnapshot(`
    "shop/main/prod
      apps
        mailer (Worker)
          WEB --> apps/web, http 80, http
        web (WebApp), http 80
          CACHE --> data/cache, redis 6379, *:readWrite
          LOGS ..> shop/main/shared/logs/logs, http 80, http
          PAY --> api.pay.example.com:443, https 443, connect
      apps-before
        web-migrate (ReleaseJob)
          CACHE --> data/cache, redis 6379, *:readWrite
          LOGS ..> shop/main/shared/logs/logs, http 80, http
          PAY --> api.pay.example.com:443, https 443, connect
      data
        cache (Redis), redis 6379, sentinel 26379

    shop/main/shared
      logs
        logs (WebApp), http 80

    shop/main/staging
      apps
        web (WebApp), http 80
          CACHE --> data/cache, redis 6379, *:readWrite
          LOGS ..> shop/main/shared/logs/logs, http 80, http
          PAY --> api.pay.example.com:443, https 443, connect
      apps-before
        web-migrate (ReleaseJob)
          CACHE --> data/cache, redis 6379, *:readWrite
          LOGS ..> shop/main/shared/logs/logs, http 80, http
          PAY --> api.pay.example.com:443, https 443, connect
      data
        cache (Redis), redis 6379, sentinel 26379

    outside
      api.pay.example.com:443
    "
  `);
});

test('shows one environment and what it uses elsewhere', async () => {
  const out = await graph('--env staging');
  expect(out).toContain('LOGS ..> shop/main/shared/logs/logs');
  expect(out).not.toContain('prod');
});

test('shows who depends on a service, at however many steps', async () => {
  expect(await graph('--env prod --to cache')).toMatchInlineSnapshot(`
    "shop/main/prod
      apps
        mailer (Worker)
          WEB --> apps/web, http 80, http
        web (WebApp), http 80
          CACHE --> data/cache, redis 6379, *:readWrite
      apps-before
        web-migrate (ReleaseJob)
          CACHE --> data/cache, redis 6379, *:readWrite
      data
        cache (Redis), redis 6379, sentinel 26379
    "
  `);
});

test('shows who depends on what lies outside', async () => {
  const out = await graph('--env staging --to api.pay.example.com');
  expect(out).toContain('PAY --> api.pay.example.com:443');
  expect(out).not.toContain('CACHE');
});

describe('a service that somebody else runs', () => {
  const compose = `
    const cache = new ManagedRedis(env.layer('data'), 'cache', { host: 'cache.example.com' });
    const uses = { CACHE: cache.keys('*').read };
    new Worker(env.layer('apps'), 'mailer', { image: 'mailer:1.0.0', uses });`;
  const top = "import { ManagedRedis } from 'keelson';\n";
  const drawn = async (args: string) => {
    const folder = project({ 'charts/main.ts': shop({ compose, top }) });
    return (await keelson(`graph ${args}`, { folder })).out;
  };

  test.each(['', '--to cache', '--to cache.example.com'])('has dependents: %s', async (args) => {
    expect(await drawn(args)).toBe(`shop/main/prod
  apps
    mailer (Worker)
      CACHE --> data/cache, redis 6379, *:read
  data
    cache (ManagedRedis), redis 6379
      at cache.example.com:6379

outside
  cache.example.com:6379
`);
  });

  test('is joined to its host in every picture', async () => {
    expect(await drawn('--output mermaid')).toContain(
      '  shopSmainSprodSdataScache === cacheDexampleDcomC6379\n',
    );
    expect(await drawn('--output dot')).toContain(
      '  "shop/main/prod/data/cache" -> "cache.example.com:6379" [dir=none, style=bold];\n',
    );
    expect(await drawn('--output svg')).toContain('cache runs at cache.example.com:6379');
  });
});

test('draws for Mermaid', async () => {
  expect(await graph('--env prod --to logs --output mermaid')).toMatchInlineSnapshot(`
    "flowchart LR
      subgraph shopSmainSprod ["shop/main/prod"]
        subgraph shopSmainSprodSapps ["apps"]
          shopSmainSprodSappsSmailer["mailer<br/>Worker"]
          shopSmainSprodSappsSweb["web<br/>WebApp<br/>http 80"]
        end
        subgraph shopSmainSprodSapps_before ["apps-before"]
          shopSmainSprodSapps_beforeSweb_migrate["web-migrate<br/>ReleaseJob"]
        end
      end
      subgraph shopSmainSshared ["shop/main/shared"]
        subgraph shopSmainSsharedSlogs ["logs"]
          shopSmainSsharedSlogsSlogs["logs<br/>WebApp<br/>http 80"]
        end
      end
      shopSmainSprodSapps_beforeSweb_migrate -.->|"LOGS: http 80"| shopSmainSsharedSlogsSlogs
      shopSmainSprodSappsSmailer -->|"WEB: http 80"| shopSmainSprodSappsSweb
      shopSmainSprodSappsSweb -.->|"LOGS: http 80"| shopSmainSsharedSlogsSlogs
    "
  `);
});

test('draws for Graphviz', async () => {
  expect(await graph('--env prod --to logs --output dot')).toMatchInlineSnapshot(`
    "digraph keelson {
      rankdir=LR;
      node [shape=box];
      subgraph "cluster shop/main/prod" {
        label="shop/main/prod";
        subgraph "cluster shop/main/prod/apps" {
          label="apps";
          "shop/main/prod/apps/mailer" [label="mailer\\nWorker"];
          "shop/main/prod/apps/web" [label="web\\nWebApp\\nhttp 80"];
        }
        subgraph "cluster shop/main/prod/apps-before" {
          label="apps-before";
          "shop/main/prod/apps-before/web-migrate" [label="web-migrate\\nReleaseJob"];
        }
      }
      subgraph "cluster shop/main/shared" {
        label="shop/main/shared";
        subgraph "cluster shop/main/shared/logs" {
          label="logs";
          "shop/main/shared/logs/logs" [label="logs\\nWebApp\\nhttp 80"];
        }
      }
      "shop/main/prod/apps-before/web-migrate" -> "shop/main/shared/logs/logs" [label="LOGS\\nhttp 80", style=dashed];
      "shop/main/prod/apps/mailer" -> "shop/main/prod/apps/web" [label="WEB\\nhttp 80"];
      "shop/main/prod/apps/web" -> "shop/main/shared/logs/logs" [label="LOGS\\nhttp 80", style=dashed];
    }
    "
  `);
});

describe('a name that means something to the format', () => {
  const nasty = 'a"b\\c]<d>&#e`\nf';
  const names = { id: nasty, place: nasty, layer: nasty, name: nasty, kind: nasty };
  const service = { ...names, endpoints: [{ protocol: nasty, port: 1 }], hosts: ['x:1'] };
  const used = { alias: nasty, protocol: nasty, port: 1, right: nasty, soft: true };
  const graphOfNasty: Graph = {
    services: [service],
    hosts: [{ id: 'x:1', name: 'x', port: 1 }],
    connections: [{ from: nasty, to: 'x:1', ...used }],
  };

  test('is quoted for Graphviz', () => {
    const dot = graphDot(graphOfNasty);
    expect(dot).toContain('"a\\"b\\\\c]<d>&#e`\\nf"');
    const strings = dot.replaceAll(/"(?:[^"\\\n]|\\.)*"/g, '');
    expect(strings).not.toContain('"');
    expect(strings.split('\n').every((line) => !line.startsWith('f'))).toBe(true);
  });

  test('is quoted for Mermaid', () => {
    const mermaid = graphMermaid(graphOfNasty);
    expect(mermaid).toContain('"a#34;b#92;c]#60;d#62;#38;#35;e#96;#10;f"');
    expect(mermaid.split('\n').every((line) => /^(flowchart| {2}|$)/.test(line))).toBe(true);
  });
});

describe('the order and the reach', () => {
  const at = (id: string) => ({
    ...{ id, place: 'p', layer: 'l', name: id, kind: 'K' },
    ...{ endpoints: [], hosts: [] },
  });
  const uses = (from: string, to: string) => ({
    ...{ from, to, alias: 'A', protocol: 'http', port: 80, right: 'r' },
    soft: false,
  });
  const circle: Graph = {
    services: ['a', 'b', 'c', 'd'].map(at),
    hosts: [],
    connections: [uses('a', 'b'), uses('b', 'a'), uses('c', 'a'), uses('a', 'd')],
  };

  test('a circle ends', () => {
    const { connections, services } = dependentsOf(circle, 'b');
    expect(services.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
    expect(connections.map(({ from, to }) => from + to)).toEqual(['ab', 'ba', 'ca']);
  });

  test('nobody depends on the last', () => {
    expect(graphText(dependentsOf(circle, 'c'))).toBe('p\n  l\n    c (K)\n');
  });
});
