/** What the picture looks like on a light and on a dark page. */
export interface Paint {
  readonly page: string;
  readonly frame: string;
  readonly band: string;
  readonly box: string;
  readonly border: string;
  readonly text: string;
  readonly muted: string;
  /** One for each kind, in turn, after grey for what lies outside: for the name of the kind, and for the lines that lead to it. */
  readonly kinds: readonly string[];
}

export const LIGHT: Paint = {
  page: '#ffffff',
  frame: '#f6f8fa',
  band: '#e9edf2',
  box: '#ffffff',
  border: '#b6c0cb',
  text: '#1b2127',
  muted: '#4f5965',
  kinds: [
    '#4f5965',
    ...['#0a5bbd', '#a04100', '#17702f', '#7a35c2', '#b01e63', '#0a6a79', '#6f5a00', '#4048c4'],
    ...['#bd2018'],
  ],
};

export const DARK: Paint = {
  page: '#0d1117',
  frame: '#131a22',
  band: '#1d2631',
  box: '#0f151c',
  border: '#4a5665',
  text: '#e8edf3',
  muted: '#a9b4c0',
  kinds: [
    '#a9b4c0',
    ...['#6cb2ff', '#ffa368', '#62d582', '#c9a7ff', '#ff8dc5', '#54d1e1', '#dfc650', '#adb6ff'],
    ...['#ff928a'],
  ],
};

const SANS = `system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif`;
const MONO = `ui-monospace,SFMono-Regular,Menlo,Consolas,'Liberation Mono',monospace`;

/** Written out twice instead of by variables: programs that are no browsers know no variables. */
export function styleSheet(): string {
  return [
    `text{font-family:${SANS}}`,
    `.mono{font-family:${MONO}}`,
    '.line{fill:none;stroke-width:1.5;stroke-linecap:round}',
    '.soft{stroke-dasharray:2 5}',
    colours(LIGHT),
    `@media (prefers-color-scheme:dark){${colours(DARK)}}`,
  ].join('');
}

function colours(paint: Paint): string {
  const { band, border, box, frame, kinds, muted, page, text } = paint;
  return [
    `.page{fill:${page}}`,
    `.frame{fill:${frame};stroke:${border}}`,
    `.band{fill:${band}}`,
    `.box{fill:${box};stroke:${border}}`,
    `.rule{stroke:${border}}`,
    `text{fill:${text}}`,
    `.muted{fill:${muted}}`,
    ...kinds.map((colour, at) => `.line-${at}{stroke:${colour}}.fill-${at}{fill:${colour}}`),
  ].join('');
}
