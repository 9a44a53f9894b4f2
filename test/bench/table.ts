import type { Measured } from './measure.ts';

/** The built programs that we are compared with. */
export interface Peers {
  readonly helm: string;
  readonly kustomize: string;
}

/** Who is measured, in the order of the columns. */
const TOOLS = ['keelson', 'cdk8s synth', 'helm template', 'kustomize build'] as const;
type Tool = (typeof TOOLS)[number];

export interface Row {
  readonly name: string;
  readonly shows: 'seconds' | 'processor' | 'megabytes' | 'both';
  readonly measured: Partial<Readonly<Record<Tool, Measured>>>;
  /** What is promised, in words, and whether it holds. */
  readonly target?: { readonly text: string; readonly met: boolean };
}

/** One line per row; behind each peer how many times Keelson's figure it is. */
export function tableOf(rows: readonly Row[]): string {
  const head = ['', ...TOOLS, 'target', 'met'];
  const lines = rows.map((row) => [
    row.name,
    ...TOOLS.map((tool) => cellOf(row, tool)),
    row.target?.text ?? '',
    row.target === undefined ? '' : row.target.met ? 'yes' : 'NO',
  ]);
  const widths = head.map((_, column) =>
    Math.max(...[head, ...lines].map((line) => line[column]?.length ?? 0)),
  );
  const rule = widths.map((width) => '-'.repeat(width));
  return [head, rule, ...lines]
    .map((line) => `| ${line.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`)
    .join('\n');
}

function cellOf({ measured, shows }: Row, tool: Tool): string {
  const found = measured[tool];
  if (!found) return '';
  if (shows === 'both') return `${secondsText(found.seconds)}, ${megabytesText(found)}`;
  const text = shows === 'megabytes' ? megabytesText(found) : secondsText(found[shows]);
  const times = found[shows] / (measured.keelson?.[shows] ?? Number.NaN);
  return tool === 'keelson' || !Number.isFinite(times) ? text : `${text} (${ratio(times)}×)`;
}

function secondsText(seconds: number): string {
  if (Number.isNaN(seconds)) return 'unknown';
  return Number.isFinite(seconds) ? `${seconds.toFixed(2)} s` : 'stopped';
}

function megabytesText({ megabytes }: Measured): string {
  return Number.isFinite(megabytes) ? `${megabytes.toFixed(0)} MB` : 'unknown';
}

function ratio(times: number): string {
  return times < 10 ? times.toFixed(1) : times.toFixed(0);
}
