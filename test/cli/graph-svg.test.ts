import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { graphSvg } from '../../src/cli/render/graph-svg/graph-svg.ts';
import { DARK, LIGHT } from '../../src/cli/render/graph-svg/paint.ts';
import type { Graph } from '../../src/operations/graph.ts';
import { graphOfForty } from './graph-of-forty.ts';
import { keelson } from './keelson.ts';
import { PLATFORM } from './platform.ts';
import { project } from './project.ts';
import { xmlProblem } from './xml.ts';

const at = (id: string, place = 'p/c/e', layer = 'l') => ({
  ...{ id, place, layer, name: id, kind: 'K', hosts: [] },
  endpoints: [{ protocol: 'http', port: 80 }],
});
const uses = (from: string, to: string, soft = false) => ({
  ...{ from, to, alias: `TO_${to}`, protocol: 'http', port: 80, right: 'r', soft },
});

function graphOf(services: Graph['services'], connections: Graph['connections']): Graph {
  return { services, connections, hosts: [] };
}

/** What a reader sees: the texts, and the words that appear below the mouse. */
function said(svg: string): { texts: string[]; titles: string[] } {
  const all = (tag: string) =>
    [...svg.matchAll(new RegExp(`<${tag}[^>]*>([^<]*)</${tag}>`, 'g'))].map(
      ([, text = '']) => text,
    );
  return { texts: all('text'), titles: all('title').flatMap((title) => title.split('&#10;')) };
}

test('shows services, kinds, endpoints, layers, environments and hosts', async () => {
  const folder = project({ 'charts/main.ts': PLATFORM });
  const { code, err, out } = await keelson('graph --env prod --output svg', { folder });
  expect({ code, err }).toEqual({ code: 0, err: '' });
  const { texts, titles } = said(out);
  expect(texts).toEqual(
    expect.arrayContaining([
      ...['shop/main/prod', 'shop/main/shared', 'outside'],
      ...['apps', 'apps-before', 'data', 'logs'],
      ...['web', 'WebApp', 'cache', 'Redis', 'redis 6379', 'CACHE', 'api.pay.example.com'],
    ]),
  );
  expect(titles).toContain('web: CACHE → cache, redis 6379, *:readWrite');
  expect(out).toContain('class="line soft');
});

test('shows only what depends on a service', async () => {
  const folder = project({ 'charts/main.ts': PLATFORM });
  const { out } = await keelson('graph --env prod --to cache --output svg', { folder });
  const { texts } = said(out);
  expect(texts).toEqual(expect.arrayContaining(['web', 'mailer', 'cache']));
  expect(texts).not.toContain('LOGS');
  expect(texts).not.toContain('outside');
});

test.each([
  ['hello-world', ''],
  ['studygiveway', ' --env prod'],
])('the picture in docs/ is what the reference platform gives: %s', async (platform, only) => {
  const command = `graph --platform ${platform}${only} --output svg`;
  const { out } = await keelson(command, { folder: process.cwd() });
  await expect(out).toMatchFileSnapshot(`../../docs/${platform}.svg`);
});

test('gives the same bytes twice, and needs nothing but itself', () => {
  const svg = graphSvg(graphOfForty());
  expect(graphSvg(graphOfForty())).toBe(svg);
  expect(svg).not.toMatch(/<script|href|url\(|@import|\bon\w+=/);
  expect(svg.match(/https?:\/\/\S+/g)).toEqual(['http://www.w3.org/2000/svg"']);
});

test('every connection has its line', () => {
  const graph = graphOfForty();
  const { titles } = said(graphSvg(graph));
  const nameOf = new Map(graph.services.map(({ id, name }) => [id, name]));
  const expected = graph.connections.map(
    ({ alias, from, port, protocol, right, to }) =>
      `${nameOf.get(from)}: ${alias} → ${nameOf.get(to) ?? to}, ${protocol} ${port}, ${right}`,
  );
  expect(titles).toEqual(expect.arrayContaining(expected));
});

describe('well-formed XML', () => {
  const nasty = `a"b'c]]><script>alert(1)</script><!--&#e&amp;\n\u0000\u001f\ud800\uffff\u2028é😀`;

  test.each([
    ['nothing at all', graphOf([], [])],
    ['one service', graphOf([at('a')], [])],
    ['forty services', graphOfForty()],
    [
      'circles, and a service that uses itself',
      graphOf(
        ['a', 'b', 'c'].map((id) => at(id)),
        [uses('a', 'b'), uses('b', 'a'), uses('c', 'c')],
      ),
    ],
    [
      'a circle of environments',
      graphOf([at('a', 'p/c/one'), at('b', 'p/c/two')], [uses('a', 'b'), uses('b', 'a')]),
    ],
    [
      'names that mean something to XML',
      {
        services: [{ ...at(nasty, `p/c/${nasty}`, nasty), kind: nasty, hosts: [`${nasty}:1`] }],
        hosts: [{ id: `${nasty}:1`, name: nasty, port: 1 }],
        connections: ['', ':1'].map((end) => ({
          ...uses(nasty, `${nasty}${end}`, true),
          ...{ alias: nasty, protocol: nasty, right: nasty },
        })),
      },
    ],
  ] satisfies [string, Graph][])('of %s', (_, graph) => {
    const svg = graphSvg(graph);
    expect(xmlProblem(svg)).toBeUndefined();
    expect(svg).not.toContain('<script');
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
  });

  test.each([
    ['<a b="1" b="2"/>', '<a> says something twice'],
    ['<a>&lt;</a>', "a bare '&' at 3"],
    ['<a><b></a>', '</a> closes something else'],
    ['<a>', '<a> is never closed'],
    ['<a/><b/>', '2 roots'],
    ['<a b="<"/>', 'what is this: <a b="<"/>'],
    ['<a>\u0001</a>', 'a sign that XML forbids, at 3'],
  ])('is more than %s', (xml, problem) => {
    expect(xmlProblem(xml)).toBe(problem);
  });
});

describe('colours', () => {
  test.each([
    ['light', LIGHT],
    ['dark', DARK],
  ])('can be read on a %s page', (_, paint) => {
    const { band, box, frame, kinds, muted, page, text } = paint;
    const texts = [
      ...[frame, page].map((ground) => [text, ground]),
      ...[band, page].map((ground) => [muted, ground]),
      ...[text, muted, ...kinds].map((ink) => [ink, box]),
    ];
    const lines = kinds.flatMap((ink) => [band, frame, page].map((ground) => [ink, ground]));
    for (const [ink = '', ground = ''] of texts) expect(contrast(ink, ground)).toBeGreaterThan(4.5);
    for (const [ink = '', ground = ''] of lines) expect(contrast(ink, ground)).toBeGreaterThan(3);
  });
});

/** As WCAG counts it. */
function contrast(a: string, b: string): number {
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((from) => {
    const part = Number.parseInt(colour.slice(from, from + 2), 16) / 255;
    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The rectangles of one class, as drawn. */
function rects(svg: string, group: string): Rect[] {
  const found = svg.matchAll(new RegExp(`<g class="${group}">.*?<rect [^>]*>`, 'g'));
  return [...found].map(([text]) => {
    const number = (name: string) => Number(new RegExp(` ${name}="([^"]*)"`).exec(text)?.[1]);
    return { x: number('x'), y: number('y'), width: number('width'), height: number('height') };
  });
}

function overlap(a: Rect, b: Rect): boolean {
  const apart =
    a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
  return !apart;
}

test('whatever uses whatever, no box lies on another', () => {
  const names = Array.from({ length: 12 }, (_, index) => `s${index}`);
  const service = fc.record({
    place: fc.constantFrom('p/c/e', 'p/c/f', 'p/c/shared', 'p/d/e'),
    layer: fc.constantFrom('apps', 'data', 'edge'),
  });
  const line = fc.tuple(fc.constantFrom(...names), fc.constantFrom(...names), fc.boolean());
  const graphs = fc.tuple(
    fc.array(service, { minLength: 12, maxLength: 12 }),
    fc.uniqueArray(line, { maxLength: 25, selector: ([from, to]) => `${from} ${to}` }),
  );
  fc.assert(
    fc.property(graphs, ([services, lines]) => {
      const graph = graphOf(
        services.map(({ layer, place }, index) => at(names[index] ?? '', place, layer)),
        lines.map(([from, to, soft]) => uses(from, to, soft)),
      );
      const svg = graphSvg(graph);
      expect(xmlProblem(svg)).toBeUndefined();
      const boxes = rects(svg, 'service');
      expect(boxes).toHaveLength(12);
      const bad = boxes.filter((a, index) => boxes.slice(index + 1).some((b) => overlap(a, b)));
      expect(bad).toEqual([]);
    }),
    { numRuns: 30 },
  );
});
