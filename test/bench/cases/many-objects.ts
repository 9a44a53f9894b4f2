import { cdk8sSynth } from '../cdk8s.ts';
import { isUntouched } from '../folder.ts';
import { helmFiles, helmLoops } from '../helm.ts';
import { deploymentsProject } from '../keelson.ts';
import { kustomizeDeployments } from '../kustomize.ts';
import { type Command, compete, type Measured, measure } from '../measure.ts';
import type { Peers, Row } from '../table.ts';

const MANY = 20_000;
const FEW = 1_000;

/** The promise of the house: 20,000 objects, checked, one file each, as fast as helm. */
export async function manyObjects({ helm, kustomize }: Peers): Promise<Row[]> {
  const many = deploymentsProject(MANY);
  const [keelson, loops] = await compete([many.synth, helmLoops(helm, MANY)], { times: 3 });
  const files = await measure(helmFiles(helm, MANY), { times: 1 });
  const cdk8s = await measure(cdk8sDeployments(MANY), { times: 1 });
  const measured = { keelson, 'cdk8s synth': cdk8s, 'helm template': loops };

  const untouched = isUntouched(many.dist);
  const again = await measure(many.again, { times: 2 });
  return [
    {
      name: '20,000 Deployments, checked, one file each',
      shows: 'seconds',
      measured,
      target: { text: '≤ helm', met: keelson.seconds <= loops.seconds },
    },
    {
      name: '… helm with one template and file each, too',
      shows: 'seconds',
      measured: { keelson, 'helm template': files },
    },
    { name: '… processor time, all threads', shows: 'processor', measured },
    {
      name: '… peak memory',
      shows: 'megabytes',
      measured,
      target: { text: '≤ 600 MB', met: keelson.megabytes <= 600 },
    },
    {
      name: '… again, nothing changed',
      shows: 'seconds',
      measured: { keelson: again },
      target: { text: 'writes nothing', met: untouched() },
    },
    await fewObjects({ helm, kustomize }),
    ...(await growth(keelson)),
  ];
}

/** As many as kustomize can be asked for: 20,000 take it more than ten minutes. */
async function fewObjects({ helm, kustomize }: Peers): Promise<Row> {
  const quick = [deploymentsProject(FEW).synth, helmLoops(helm, FEW)] as const;
  const slow = [cdk8sDeployments(FEW), kustomizeDeployments(kustomize, FEW)] as const;
  const [keelson, loops] = await compete(quick, { times: 3 });
  const [cdk8s, built] = await compete(slow, { times: 1 });
  return {
    name: '1,000 Deployments, for kustomize cannot do 20,000',
    shows: 'seconds',
    measured: {
      keelson,
      'cdk8s synth': cdk8s,
      'helm template': loops,
      'kustomize build': built,
    },
  };
}

/** Time and memory grow as the number of objects does, and no faster. */
async function growth(of20k: Measured): Promise<Row[]> {
  const [of5k, of10k, of40k] = await compete(
    [
      deploymentsProject(5_000).synth,
      deploymentsProject(10_000).synth,
      deploymentsProject(40_000).synth,
    ],
    { times: 1 },
  );
  const row = (count: string, keelson: Measured): Row => ({
    name: `growth: ${count} Deployments`,
    shows: 'both',
    measured: { keelson },
  });
  const time = of40k.processor / of5k.processor; // the clock is too coarse for one run
  const memory = of40k.megabytes / of5k.megabytes;
  return [
    row('5,000', of5k),
    row('10,000', of10k),
    row('20,000', of20k),
    {
      ...row('40,000', of40k),
      target: {
        text: `linear: 8× the objects, ${time.toFixed(1)}× the processor time, ${memory.toFixed(1)}× the memory`,
        met: Math.max(time, memory) <= LINEAR,
      },
    },
  ];
}

/** 8× the objects, and a tenth for noise. */
const LINEAR = 8.8;

function cdk8sDeployments(count: number): Command {
  return cdk8sSynth(`deployments-${count}`, `synthDeployments(${count})`, count);
}
