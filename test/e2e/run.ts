import { CannotRun, goTool } from '../tools.ts';
import { batched } from './batch.ts';
import type { Group, LiveGroup } from './group.ts';
import { groups } from './groups/groups.ts';
import { LiveCluster } from './live-cluster.ts';
import { hastened, type Output, readFixture, readOutputs } from './output.ts';
import { report } from './report.ts';
import { type StepResult, Steps } from './steps.ts';
import { Workspace } from './workspace.ts';

/** `tsx test/e2e/run.ts [only=apply,flux] [platform=hello-world]`; exit code 0 ok, 1 a group failed, 2 could not run. */
async function main(args: readonly string[]): Promise<number> {
  const { only, platform } = parse(args);
  const chosen = groups.filter(({ name }) => only.length === 0 || only.includes(name));
  const fixture = await readFixture();
  const outputs = platform === fixture.name ? [] : await readOutputs(platform);
  const results: StepResult[] = [];
  const started = Date.now();
  const workspace = await Workspace.open();
  try {
    await runAll({ chosen, outputs, fixture, results, workspace });
  } finally {
    await workspace.close();
  }
  await report({ results, groups: chosen, outputs, seconds: (Date.now() - started) / 1000 });
  return results.some(({ problem }) => problem !== undefined) ? 1 : 0;
}

/** Built first, so that a cold run shows what it waits for. */
const TOOLS = ['kube', 'etcd', 'kwok', 'source-controller', 'kustomize-controller'];

interface Run {
  readonly chosen: readonly Group[];
  readonly outputs: readonly Output[];
  readonly fixture: Output;
  readonly results: StepResult[];
  readonly workspace: Workspace;
}

async function runAll({ chosen, outputs, fixture, results, workspace }: Run): Promise<void> {
  const steps = (group: string, where: string) => new Steps(group, where, results, talk);
  for (const group of chosen) {
    if (group.needs !== 'files') continue;
    for (const output of [fixture, ...outputs]) {
      const own = steps(group.name, output.name);
      await own.survive(() => group.prove(output, own, workspace));
      if (output === fixture) await own.survive(() => group.refute(fixture, own, workspace));
    }
  }
  const live = chosen.filter((group): group is LiveGroup => group.needs !== 'files');
  if (live.length === 0) return;

  await steps('cluster', 'once').step('tools are built', async () => {
    for (const tool of TOOLS) await goTool(tool, { log: talk });
  });
  const start = steps('cluster', 'once');
  const cluster = await start.step('control plane starts, with every CRD', () =>
    LiveCluster.start(workspace),
  );
  for (const output of [fixture, ...batched(outputs)]) {
    const run = async (group: LiveGroup) => {
      const own = steps(group.name, output.name);
      await own.survive(() => group.prove(cluster, output, own));
      if (output === fixture) await own.survive(() => group.refute(cluster, fixture, own));
    };
    const own = steps('cluster', output.name);
    const empty = () => own.step('is emptied', () => cluster.remove(output));
    let last: LiveGroup | undefined;
    for (const group of live.filter(({ needs }) => needs === 'empty cluster')) {
      if (last) await empty();
      await run(group);
      last = group;
    }
    const after = live.filter(({ needs }) => needs === 'applied output');
    if (after.length > 0) {
      if (last && !last.leavesOutput) await empty();
      await own.survive(async () => {
        await own.step('holds the output', () => cluster.hold(hastened(output)));
        for (const group of after) await run(group);
      });
    }
    await empty();
  }
}

function parse(args: readonly string[]): { only: readonly string[]; platform: string | undefined } {
  const options = new Map(args.filter(Boolean).map((arg) => arg.split('=', 2) as [string, string]));
  const known = groups.map(({ name }) => name);
  const only = (options.get('only') ?? '').split(',').filter(Boolean);
  const unknown = only.find((name) => !known.includes(name));
  if (unknown) throw new CannotRun(`unknown group '${unknown}'; known groups: ${known.join(', ')}`);
  const strange = [...options.keys()].find((key) => key !== 'only' && key !== 'platform');
  if (strange) throw new CannotRun(`unknown option '${strange}'; known options: only, platform`);
  return { only, platform: options.get('platform') };
}

function talk(line: string): void {
  console.error(line);
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    if (process.exitCode !== undefined) return; // interrupted: requests fail because their server is gone
    if (!(error instanceof CannotRun)) console.error(error);
    else console.error(`error: ${error.message}`);
    process.exitCode = 2;
  },
);
