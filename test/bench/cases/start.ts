import { folderWith } from '../folder.ts';
import { keelsonBin } from '../keelson.ts';
import { compete } from '../measure.ts';
import type { Peers, Row } from '../table.ts';

/** What it costs to start at all. */
export async function start({ helm, kustomize }: Peers): Promise<Row[]> {
  const cwd = folderWith('empty', {});
  const node = process.execPath;
  const [keelson, templated, built, nothing] = await compete(
    [
      { program: node, args: [keelsonBin, '--version'], cwd },
      { program: helm, args: ['version'], cwd },
      { program: kustomize, args: ['version'], cwd },
      { program: node, args: ['-e', '0'], cwd },
    ],
    { times: 15 },
  );
  return [
    {
      name: '--version',
      shows: 'seconds',
      measured: { keelson, 'helm template': templated, 'kustomize build': built },
      target: { text: '≤ 0.12 s', met: keelson.seconds <= 0.12 },
    },
    { name: '… node -e 0, for comparison', shows: 'seconds', measured: { keelson: nothing } },
  ];
}
