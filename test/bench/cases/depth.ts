import { cdk8sSynth } from '../cdk8s.ts';
import type { Shape } from '../charts/hundred.ts';
import { project } from '../keelson.ts';
import { type Command, compete, measure } from '../measure.ts';
import type { Row } from '../table.ts';

/** The cost of cdk8s grows with the power of the depth; nobody has to wait for the proof. */
const PATIENCE_SECONDS = 10;

/** A chain of a hundred services costs what a hundred services cost. */
export async function depth(): Promise<Row[]> {
  const [chain, star, alone] = await compete(
    [hundred('chain'), hundred('star'), hundred('alone')],
    { times: 5 },
  );
  const charts = await measure(cdk8sSynth('chain', 'synthChain()', 500), {
    times: 1,
    timeoutSeconds: PATIENCE_SECONDS,
  });
  const times = chain.seconds / alone.seconds;
  return [
    {
      name: 'a chain of 100 dependent services (cdk8s: charts)',
      shows: 'seconds',
      measured: { keelson: chain, 'cdk8s synth': charts },
      target: { text: `≤ 1.2× of independent: ${times.toFixed(2)}×`, met: times <= 1.2 },
    },
    {
      name: '… 100 that all use one: as many objects, no depth',
      shows: 'seconds',
      measured: { keelson: star },
    },
    { name: '… 100 independent services', shows: 'seconds', measured: { keelson: alone } },
  ];
}

function hundred(shape: Shape): Command {
  return project(`hundred-${shape}`, {
    from: import.meta.resolve('../charts/hundred.ts'),
    call: `hundred('${shape}')`,
    deployments: 100,
  }).synth;
}
