import { bringUp } from '../bring-up.ts';
import { breakCommit, decrypted, pruneService, repair } from '../git-scenarios.ts';
import type { GitOps } from '../gitops.ts';
import type { LiveGroup } from '../group.ts';
import type { LiveCluster } from '../live-cluster.ts';
import type { KubeObject } from '../objects.ts';
import { changed, type Output } from '../output.ts';
import { harnessKey } from '../sealed.ts';
import { giveUpEnvironment, keepUntilReplaced, moveBetweenLayers } from '../takes-away.ts';
import { each } from '../until.ts';

/** The real Flux brings an empty cluster up from Git, keeps it so, and survives a bad commit. */
export const flux: LiveGroup = {
  name: 'flux',
  needs: 'empty cluster',
  notProven: [
    'flux: charts are not rendered: HelmReleases and what they install have their status from stages',
    'flux: it does not validate strictly, so an unknown field is dropped without a word; the strict dry run is what finds it',
    'flux: the address of the repository and its key are the harness’s own; everything else in flux/ is applied as it is',
  ],

  async prove(cluster, output, steps) {
    await cluster.prepare(output);
    const all: GitOps[] = [];
    try {
      await steps.step('every layer Ready in order, first time', () =>
        bringUp(cluster, output, all),
      );
      await steps.step('what is encrypted in Git is a Secret on the cluster', () =>
        each(all, (one) => decrypted(cluster, one)),
      );
      await steps.step('a hand edit is repaired', () => each(all, (one) => repair(cluster, one)));
      await steps.step('a broken commit leaves the old state', () =>
        each(all, (one) => breakCommit(cluster, one)),
      );
      await steps.step('what a connection opened stays until the new pods run', () =>
        each(all, (one) => keepUntilReplaced(cluster.api, one)),
      );
      await steps.step('what moves to another layer is never deleted', () =>
        each(all, (one) => moveBetweenLayers(cluster.api, one)),
      );
      await steps.step('a removed service is pruned, its volumes are not', () =>
        each(all, (one) => pruneService(cluster, one)),
      );
      await steps.step('an environment that is given up goes, and what must last stays', () =>
        each(all, (one) => giveUpEnvironment(cluster.api, one)),
      );
    } finally {
      await steps.step('Flux lets go of everything', () => each(all, (one) => one.remove()));
    }
  },

  async refute(cluster, fixture, steps) {
    const plant = async ({ name, on, output, starter }: Planted) => {
      const all: GitOps[] = [];
      await cluster.remove(fixture);
      await cluster.prepare(fixture);
      for (const [what, { because, proof }] of Object.entries(on)) {
        await steps.mustFail(what, because, async () => {
          if (all.length === 0) {
            await bringUp(cluster, { ...(output ?? fixture), name }, all, starter);
          }
          await each(all, (one) => proof(cluster, one));
        });
      }
      await each(all, (one) => one.remove());
    };
    const swap = (kind: string, name: string, other: KubeObject) =>
      changed(fixture, (o) => (o.kind === kind && o.metadata.name === name ? other : o));
    const early = swap('HorizontalPodAutoscaler', 'web', ORPHAN);
    await plant({
      name: 'early',
      output: early,
      on: {
        'a custom resource before its CRD': {
          because: /no matches for kind "Gadget"/,
          proof: pruneService,
        },
      },
    });
    const stranger = await harnessKey();
    const namespaceOf = ({ metadata }: KubeObject) => metadata.namespace ?? '';
    await plant({
      name: 'stranger',
      starter: (each) => (each.kind === 'Secret' ? stranger.secret(namespaceOf(each)) : each),
      on: { 'an age key of somebody else': { because: /data key/, proof: decrypted } },
    });
    await plant({
      name: 'loose',
      output: swap('Service', 'db', LOOSE_CLAIM),
      on: {
        'a volume that Flux may prune': {
          because: /PersistentVolumeClaim\/loose is gone/,
          proof: pruneService,
        },
      },
    });
    await plant({
      name: 'hasty',
      starter: prunesAtOnce,
      on: {
        'layers that prune what moves': {
          because: /Service\/db was deleted on the way/,
          proof: ({ api }, one) => moveBetweenLayers(api, one),
        },
        'layers that prune at once': {
          because: /NetworkPolicy\/web-to-db, .*db-from-web is gone while/,
          proof: ({ api }, one) => keepUntilReplaced(api, one),
        },
      },
    });
  },
};

interface Planted {
  /** Of the repository, for each has its own. */
  readonly name: string;
  readonly output?: Output;
  readonly starter?: (starter: KubeObject) => KubeObject;
  /** What must be noticed, one after the other on the same cluster. */
  readonly on: Readonly<
    Record<
      string,
      {
        readonly because: RegExp;
        readonly proof: (cluster: LiveCluster, one: GitOps) => Promise<void>;
      }
    >
  >;
}

/** As if nobody kept what old pods still need. */
function prunesAtOnce(starter: KubeObject): KubeObject {
  const { spec } = starter as { spec?: { prune?: boolean; commonMetadata?: unknown } };
  if (spec?.prune !== false) return starter;
  const { commonMetadata: _, ...rest } = spec;
  return { ...starter, spec: { ...rest, prune: true } };
}

const ORPHAN: KubeObject = {
  apiVersion: 'nobody.invalid/v1',
  kind: 'Gadget',
  metadata: { name: 'orphan', namespace: 'fixture-prod' },
};

const LOOSE_CLAIM: KubeObject = {
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'loose', namespace: 'fixture-prod' },
  spec: {
    storageClassName: 'e2e-immediate',
    accessModes: ['ReadWriteOnce'],
    resources: { requests: { storage: '1Gi' } },
  },
};
