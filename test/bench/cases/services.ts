import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { cdk8sSynth } from '../cdk8s.ts';
import { isUntouched } from '../folder.ts';
import { helmOver } from '../helm.ts';
import { type Project, project } from '../keelson.ts';
import { kustomizeOver } from '../kustomize.ts';
import { type Command, compete, measure } from '../measure.ts';
import type { Peers, Row } from '../table.ts';

/** Apps and workers; the caches are StatefulSets, the tasks CronJobs. */
const DEPLOYMENTS = 24;

/** What people run on every save. The peers get the objects that Keelson made of 40 services. */
export async function fortyServices({ helm, kustomize }: Peers): Promise<Row[]> {
  const ours = project('services', {
    from: import.meta.resolve('../charts/services.ts'),
    call: 'services()',
    deployments: DEPLOYMENTS,
  });
  await measure(ours.synth, { times: 1 }); // the bundle is kept, and there is something to compare
  const environment = join(ours.dist, 'bench', 'one', 'prod');
  const templated = helmOver(helm, environment, DEPLOYMENTS);
  const built = kustomizeOver(kustomize, environment, DEPLOYMENTS);
  const charted = cdk8sSynth('services', 'synthServices()', DEPLOYMENTS);
  const [keelson, viaHelm, viaKustomize, viaCdk8s] = await compete(
    [ours.synth, templated, built, charted],
    { times: 5 },
  );
  const untouched = isUntouched(ours.dist);
  const again = await measure(ours.again, { times: 5 });
  const unchanged = untouched();
  const edited = await measure(afterAnEdit(ours), { times: 3 });
  const measured = {
    keelson,
    'cdk8s synth': viaCdk8s,
    'helm template': viaHelm,
    'kustomize build': viaKustomize,
  };
  return [
    {
      name: '40 services in one environment',
      shows: 'seconds',
      measured,
      target: { text: '≤ 0.45 s', met: keelson.seconds <= 0.45 },
    },
    { name: '… processor time, all threads', shows: 'processor', measured },
    {
      name: '… again, nothing changed',
      shows: 'seconds',
      measured: { keelson: again },
      target: { text: 'writes nothing', met: unchanged },
    },
    {
      name: '… after an edit: the program is bundled anew',
      shows: 'seconds',
      measured: { keelson: edited },
    },
  ];
}

/** Another comment makes another program, which no cache knows. */
function afterAnEdit({ again, folder }: Project): Command {
  const before = (): void => appendFileSync(join(folder, 'charts', 'main.ts'), '// edited\n');
  return { ...again, before };
}
