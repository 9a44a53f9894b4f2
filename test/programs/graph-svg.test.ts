import { describe, expect, test } from 'vitest';
import { graphSvg } from '../../src/cli/render/graph-svg/graph-svg.ts';
import { dependentsOf, type Graph } from '../../src/operations/graph.ts';
import { graphOfForty } from '../cli/graph-of-forty.ts';
import { keelson } from '../cli/keelson.ts';
import { describeWith } from './debian.ts';
import { type Area, type Measured, measured } from './measure-svg.ts';

/** What would make a picture hard to read, in words. */
function problems({ boxes, labels, lines, size }: Measured): string[] {
  const found: string[] = [];
  for (const [index, label] of labels.entries()) {
    const { around, text } = label;
    if (label.size < 10) found.push(`'${text}' is only ${label.size} px`);
    if (!isWithin(label, around ?? size)) found.push(`'${text}' is wider than what is around it`);
    for (const other of labels.slice(index + 1)) {
      if (overlap(label, other)) found.push(`'${text}' lies on '${other.text}'`);
    }
    const foreign = boxes.filter((box, at) => at !== label.box && overlap(label, box));
    if (foreign.length > 0) found.push(`'${text}' lies on a foreign box`);
  }
  for (const [index, box] of boxes.entries()) {
    if (!isWithin(box, size)) found.push(`box ${index} is cut off`);
    if (boxes.slice(index + 1).some((other) => overlap(box, other))) {
      found.push(`box ${index} lies on another`);
    }
  }
  for (const [index, line] of lines.entries()) {
    if (line.boxes.length > 0) found.push(`line ${index} runs over box ${line.boxes.join()}`);
    const crossed = line.labels.map((label) => labels[label]?.text);
    if (crossed.length > 0) found.push(`line ${index} runs over '${crossed.join("', '")}'`);
  }
  return found;
}

function overlap(a: Area, b: Area): boolean {
  const isApart = (from: 'left' | 'top', to: 'right' | 'bottom') =>
    a[to] <= b[from] + 0.5 || b[to] <= a[from] + 0.5;
  return !isApart('left', 'right') && !isApart('top', 'bottom');
}

function isWithin(inner: Area, outer: Area): boolean {
  const starts = inner.left >= outer.left && inner.top >= outer.top;
  return starts && inner.right <= outer.right && inner.bottom <= outer.bottom;
}

/** Every service of the forty in each of two environments, and something that both share. */
function twice(): Graph {
  const { connections, hosts, services } = graphOfForty();
  const shared = 'studygiveway/prod/shared';
  const logs = { id: `${shared}/logs/logs`, place: shared, layer: 'logs', name: 'logs' };
  const of = (id: string, name: string) => id.replace('prod/prod', `prod/${name}`);
  const both = ['live', 'qa'];
  const copies = both.flatMap((name) =>
    services.map((each) => ({ ...each, id: of(each.id, name), place: of(each.place, name) })),
  );
  const copied = both.flatMap((name) =>
    connections.map((each) => ({ ...each, from: of(each.from, name), to: of(each.to, name) })),
  );
  const shipped = copies
    .filter(({ layer }) => layer === 'apps')
    .map(({ id }) => ({
      ...{ from: id, to: logs.id, alias: 'LOGS', protocol: 'beats', port: 5044, right: 'send' },
      soft: true,
    }));
  const endpoints = [{ protocol: 'beats', port: 5044 }];
  return {
    services: [...copies, { ...logs, kind: 'Logstash', endpoints, hosts: [] }],
    hosts,
    connections: [...copied, ...shipped],
  };
}

/** Names as wide and as long as they can be. */
function wide(): Graph {
  const [layer, host] = ['w'.repeat(63), `${'m'.repeat(63)}.${'w'.repeat(63)}.example.com`];
  const place = `${'m'.repeat(40)}/${'w'.repeat(40)}/${'m'.repeat(40)}`;
  const service = (name: string) => ({
    ...{ id: `${place}/${layer}/${name}`, place, layer, name, kind: 'WMWMWMWMWMWMWMWMWMWM' },
    ...{ endpoints: [{ protocol: 'WWWWWWWW', port: 65535 }], hosts: [`${host}:65535`] },
  });
  const services = ['w'.repeat(63), 'm'.repeat(63)].map(service);
  const [from = '', to = ''] = services.map(({ id }) => id);
  const alias = `${'W'.repeat(30)}_${'M'.repeat(30)}`;
  const used = { alias, protocol: 'WWWWWWWW', port: 65535, right: 'w', soft: false };
  return {
    services,
    hosts: [{ id: `${host}:65535`, name: host, port: 65535 }],
    connections: [
      { ...used, from, to },
      { ...used, from, to: `${host}:65535`, alias: 'A', soft: true },
    ],
  };
}

describeWith(['chromium'], 'the picture of a graph, in a browser', () => {
  describe.each([
    ['forty services', async () => graphSvg(graphOfForty()), 40],
    ['forty services, twice', async () => graphSvg(twice()), 81],
    ['the widest names', async () => graphSvg(wide()), 2],
    ['hello-world', async () => (await keelson('graph --output svg', { folder: '.' })).out, 6],
  ] as const)('%s', (_, draw, services) => {
    test('can be read: nothing lies on anything else', async () => {
      const picture = measured(await draw());
      expect(picture.refused).toBe('');
      expect(picture.boxes.length).toBeGreaterThanOrEqual(services);
      expect(picture.labels.length).toBeGreaterThan(2 * services);
      expect(picture.lines.length).toBeGreaterThanOrEqual(services / 2);
      expect(problems(picture)).toEqual([]);
      expect(picture.colours).toBeGreaterThan(20); // painted as an <img>
    });
  });

  const small = () => graphSvg(dependentsOf(graphOfForty(), 'tempo'));

  test('follows the colours that the reader prefers', () => {
    expect(measured(small()).page).toBe('rgb(255, 255, 255)');
    expect(measured(small(), 'dark').page).toBe('rgb(13, 17, 23)');
  });

  test.each([
    ['a label too high', / y="(\d+)"(?= font-size="11">TEMPO)/, -14, "lies on 'TEMPO'"],
    ['a box too low', / y="(\d+)"(?= width="\d+" height="\d+" rx="8")/, 90, 'is wider than'],
    ['a box too far right', / x="(\d+)"(?= y="\d+" width="\d+" height="\d+" rx="8")/, 99, 'runs'],
    ['small print', / font-size="(11)"/, -2, 'is only 9 px'],
  ])('fails for %s', (_, attribute, change, problem) => {
    const svg = small().replace(attribute, (all, old: string) =>
      all.replace(old, String(Number(old) + change)),
    );
    expect(problems(measured(svg)).join('\n')).toContain(problem);
  });
});
