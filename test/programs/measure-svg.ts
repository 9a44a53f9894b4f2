import { answerOf } from './chromium.ts';

/** What a browser made of a picture. */
export interface Measured {
  /** What its strict XML parser did not like. */
  readonly refused: string;
  readonly size: Area;
  readonly labels: readonly Label[];
  readonly boxes: readonly Area[];
  /** For each line: the labels and boxes that it runs over, by number. */
  readonly lines: readonly { readonly labels: number[]; readonly boxes: number[] }[];
  /** As `<img>`, painted to a canvas: how many colours. */
  readonly colours: number;
  /** The colour of the page. */
  readonly page: string;
}

export interface Area {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export interface Label extends Area {
  readonly text: string;
  readonly size: number;
  /** The number of the box that it belongs to, or -1. */
  readonly box: number;
  /** The rectangle that it belongs to: a box, a layer or an environment. */
  readonly around: Area | null;
}

/** Draws a picture in Chromium, on its own and as an image, and measures it. */
export function measured(svg: string, colourScheme: 'light' | 'dark' = 'light'): Measured {
  const text = JSON.stringify(svg).replaceAll('<', '\\u003c');
  const page = `<!doctype html><meta charset="utf-8"><body style="margin:0">
<pre id="answer"></pre><div id="here"></div><img id="image">
<script>(${inBrowser.replace('SVG', () => text)})()</script>`;
  const preferred = `--blink-settings=preferredColorScheme=${colourScheme === 'dark' ? 0 : 1}`;
  return answerOf(page, [preferred, '--virtual-time-budget=20000']) as Measured;
}

/** Runs in the page. A label or a box counts as hit when a line goes through it, not when it ends at it. */
const inBrowser = `() => {
  const svg = SVG;
  const parsed = new DOMParser().parseFromString(svg, 'image/svg+xml');
  const refused = parsed.querySelector('parsererror')?.textContent ?? '';
  const root = document.importNode(parsed.documentElement, true);
  document.getElementById('here').append(root);
  const origin = root.getBoundingClientRect();
  const area = (element) => {
    const { left, top, right, bottom } = element.getBoundingClientRect();
    const [x, y] = [origin.left, origin.top];
    return { left: left - x, top: top - y, right: right - x, bottom: bottom - y };
  };
  const all = (selector) => [...root.querySelectorAll(selector)];
  const owners = all('g.service, g.host');
  const boxes = owners.map((owner) => area(owner.querySelector('rect')));
  const labels = all('text').map((text) => {
    const group = text.closest('g.service, g.host, g.area');
    return {
      ...area(text),
      text: text.textContent,
      size: Number.parseFloat(getComputedStyle(text).fontSize),
      box: owners.indexOf(group),
      around: group && area(group.querySelector('rect')),
    };
  });
  const within = ({ left, top, right, bottom }, { x, y }) =>
    x > left + 1 && x < right - 1 && y > top + 1 && y < bottom - 1;
  const hits = (areas, points) =>
    areas.flatMap((each, index) => (points.some((point) => within(each, point)) ? [index] : []));
  const lines = all('g:not(.legend) > path.line, svg > path.line').map((line) => {
    const length = line.getTotalLength();
    const points = Array.from({ length: Math.ceil(length / 3) + 1 }, (_, step) =>
      line.getPointAtLength(Math.min(step * 3, length)),
    );
    return { labels: hits(labels, points), boxes: hits(boxes, points) };
  });
  const page = getComputedStyle(root.querySelector('.page')).fill;
  const image = document.getElementById('image');
  const answer = (colours) => {
    const found = { refused, size: area(root), labels, boxes, lines, colours, page };
    document.getElementById('answer').textContent = encodeURIComponent(JSON.stringify(found));
  };
  image.onerror = () => answer(0);
  image.onload = () => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
    const context = canvas.getContext('2d');
    context.drawImage(image, 0, 0);
    const data = new Uint32Array(context.getImageData(0, 0, canvas.width, canvas.height).data.buffer);
    answer(new Set(data).size);
  };
  image.src = 'data:image/svg+xml;charset=utf-8,' + encodeURIComponent(svg);
}`;
