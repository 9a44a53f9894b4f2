import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { cacheFolder } from '../tools.ts';
import type { Group } from './group.ts';
import type { Output } from './output.ts';
import type { StepResult } from './steps.ts';

export interface Report {
  readonly results: readonly StepResult[];
  readonly groups: readonly Group[];
  readonly outputs: readonly Output[];
  readonly seconds: number;
}

/** Prints one line per step, summed over all outputs, and writes every single result to a JSON file. */
export async function report({ results, groups, outputs, seconds }: Report): Promise<void> {
  const footnotes = groups.flatMap(({ notProven }) => notProven);
  const file = process.env['KEELSON_E2E_RESULT'] ?? join(cacheFolder, 'e2e.json');
  await mkdir(dirname(file), { recursive: true });
  const json = { seconds, outputs: outputs.map(({ name }) => name), results, notProven: footnotes };
  await writeFile(file, `${JSON.stringify(json, undefined, 2)}\n`);

  const rows = summed(results);
  const width = (column: keyof Row) => Math.max(...rows.map((row) => row[column].length), 0);
  const [group, step, where] = [width('group'), width('step'), width('where')];
  for (const row of rows) {
    const columns = [row.group.padEnd(group), row.step.padEnd(step), row.where.padEnd(where)];
    console.log(`${columns.join('  ')}  ${row.seconds.padStart(8)}  ${row.outcome}`);
  }
  for (const { problem, ...result } of results) {
    if (problem !== undefined)
      console.log(`\n${result.group}  ${result.where}  ${result.step}\n    ${problem}`);
  }
  console.log('\nNot proven by a green run:');
  for (const footnote of footnotes) console.log(`  ${footnote}`);
  const failed = results.filter(({ problem }) => problem !== undefined).length;
  const clusters =
    outputs.length === 0
      ? 'the fixture alone (dist/ has no platform)'
      : `${outputs.length} clusters`;
  console.log(
    `\n${results.length} steps on ${clusters} in ${Math.round(seconds)} s, ${failed} failed`,
  );
}

interface Row {
  readonly group: string;
  readonly step: string;
  readonly where: string;
  readonly seconds: string;
  readonly outcome: string;
}

function summed(results: readonly StepResult[]): Row[] {
  const rows = new Map<string, StepResult[]>();
  for (const result of results) {
    const key = `${result.group} ${result.step}`;
    rows.set(key, [...(rows.get(key) ?? []), result]);
  }
  return [...rows.values()].map((same) => {
    const [{ group, step, where }] = same as [StepResult];
    const failed = same.filter(({ problem }) => problem !== undefined).length;
    return {
      group,
      step,
      where: same.length === 1 ? where : `${same.length}×`,
      seconds: `${same.reduce((sum, { seconds }) => sum + seconds, 0).toFixed(1)} s`,
      outcome: failed === 0 ? 'ok' : `${failed} FAILED`,
    };
  });
}
