import { type Box, OUTSIDE } from './box.ts';

/** A line as the layout knows it: from a row of a client to a row of an owner. */
export interface Line {
  readonly from: string;
  readonly fromPort: string;
  readonly to: string;
  readonly toPort: string;
  readonly soft: boolean;
  /** False: the two are the same thing, so no arrow. */
  readonly arrow: boolean;
  readonly title: string;
}

/** Where a run ends: at a box, or where a line passes a column. */
export interface Stop {
  readonly id: string;
  readonly port: string;
}

/** The piece of a line between two neighbouring columns. Lines that lead to one place share pieces. */
export interface Run {
  /** Between this column and the next. */
  readonly gap: number;
  readonly left: Stop;
  readonly right: Stop;
  readonly soft: boolean;
  /** The id of what the line leads to. */
  readonly to: string;
  /** Where its owner stands, seen from its client: right, left, or in the same column. */
  readonly way: 'forth' | 'back' | 'loop';
  /** Whether it ends in an arrow. */
  readonly arrow: boolean;
  readonly titles: readonly string[];
}

/** Where lines pass a column between boxes. */
export interface Bend {
  readonly id: string;
  readonly column: number;
  readonly place: string;
}

export interface Runs {
  readonly runs: readonly Run[];
  readonly bends: readonly Bend[];
}

/** Cuts lines into runs. Whatever leads to one endpoint is one line from where it meets. */
export function runsOf(
  lines: readonly Line[],
  boxes: ReadonlyMap<string, Box>,
  columnOf: ReadonlyMap<string, number>,
): Runs {
  const runs = new Map<string, Run>();
  const bends = new Map<string, Bend>();
  for (const line of lines) {
    const place = boxes.get(line.from)?.place ?? OUTSIDE;
    const start = columnOf.get(line.from) ?? 0;
    const end = columnOf.get(line.to) ?? 0;
    const step = Math.sign(end - start);
    const stops: Stop[] = [{ id: line.from, port: line.fromPort }];
    for (let column = start + step; step !== 0 && column !== end; column += step) {
      const { soft, to, toPort } = line;
      const id = JSON.stringify([place, column, to, toPort, soft, step]);
      bends.set(id, { id, column, place });
      stops.push({ id, port: '' });
    }
    stops.push({ id: line.to, port: line.toPort });
    for (const [index, near] of stops.slice(0, -1).entries()) {
      const far = stops[index + 1] as Stop;
      const [left, right] = step < 0 ? [far, near] : [near, far];
      const gap = start + step * index - (step < 0 ? 1 : 0);
      const key = JSON.stringify([left, right, line.soft]);
      const titles = [...(runs.get(key)?.titles ?? []), line.title];
      const { soft, to } = line;
      const way = step === 0 ? 'loop' : step < 0 ? 'back' : 'forth';
      const arrow = line.arrow && index === stops.length - 2;
      runs.set(key, { gap, left, right, soft, to, way, arrow, titles });
    }
  }
  return { runs: [...runs.values()], bends: [...bends.values()] };
}
